import pc from 'picocolors';
import { errorCodes, SegmentsError } from '../shared/errors.js';
import { exitCodes } from './exit-codes.js';
import { Interrupted } from './interrupted.js';

/** Where a command writes: its answer on standard output, everything for people besides it on standard error. */
export interface Output {
  /** One object, one line, on standard output: the answer under `--json`. */
  json(value: unknown): void;
  /** The answer for people, on standard output; nothing under `--json`. */
  print(text: string): void;
  /** What happens meanwhile, on standard error; nothing under `--quiet`. */
  note(text: string): void;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
}

export function createOutput(options: { json?: boolean | undefined; quiet?: boolean | undefined }): Output {
  const isJson = options.json ?? false;
  const isQuiet = options.quiet ?? false;
  return {
    isJson,
    isQuiet,
    json: (value) => void (isJson && process.stdout.write(`${JSON.stringify(value)}\n`)),
    print: (text) => void (!isJson && process.stdout.write(`${text}\n`)),
    note: (text) => void (!isQuiet && process.stderr.write(`${text}\n`)),
  };
}

/** Three parts: what happened, where, and what to do; the problems listed where there are several. */
export function describeError(error: unknown): string {
  if (!(error instanceof SegmentsError)) {
    return `${pc.red('✗')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const lines = [`${pc.red('✗')} ${pc.bold(errorCodes[error.code].headline)} (${error.code})`];
  if (error.problems.length > 1) lines.push(...error.problems.map((problem) => `  – ${problem}`));
  else lines.push(`  ${error.message}`);
  lines.push(`  ${pc.dim('where')}  ${error.where}`, `  ${pc.dim('to do')}  ${error.remedy}`);
  return lines.join('\n');
}

/** The error as `--json` prints it. */
export function errorObject(error: unknown): object {
  if (error instanceof Interrupted) return { interrupted: error.outcome, workflowId: error.workflowId };
  if (error instanceof SegmentsError) {
    const { code, message, where, remedy, problems, retryable } = error;
    return { error: { code, message, where, remedy, problems, retryable } };
  }
  return { error: { code: 'Internal', message: error instanceof Error ? error.message : String(error) } };
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return exitCodes.interrupted;
  if (!(error instanceof SegmentsError)) return exitCodes.internal;
  if (
    error.code === 'EngineUnavailable' ||
    error.code === 'StoreUnavailable' ||
    error.code === 'SinkUnavailable'
  )
    return exitCodes.unavailable;
  if (error.code === 'InvalidInput' || error.code === 'InvalidConfig') return exitCodes.usage;
  return exitCodes.failed;
}
