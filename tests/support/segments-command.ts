import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables that would lead a test to the developer's own servers and stores. */
const foreign = /^(TEMPORAL_|SEGMENTS_|AWS_|KAGGLE_|MLFLOW_|PG[A-Z])/;

export function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const cli = process.env['TEMPORAL_CLI'];
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...(cli ? { TEMPORAL_CLI: cli } : {}), ...extra };
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Record<string, string>;
}

/** Starts the compiled `segments` command in a folder of its own. */
export function startSegments(args: readonly string[], { cwd, env }: CommandOptions): ChildProcess {
  return spawn(process.execPath, [path.join(projectRoot, 'dist/cli/main.js'), ...args], {
    cwd,
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs `segments` to its end. */
export async function segments(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const child = startSegments(args, options);
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
