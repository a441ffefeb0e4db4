import pc from 'picocolors';
import { type StageProgress } from '../shared/contracts/stage.js';
import { type Progress } from '../shared/progress.js';
import { type Execution, type ExecutionView, type RunView } from '../workers/engine.js';
import { askInterrupt, type InterruptChoice, isTerminal } from './ask-interrupt.js';
import { Interrupted } from './interrupted.js';
import { type Output } from './output.js';
import { inWords, secondsLeft, type Seen } from './time-left.js';

const pollMilliseconds = 400;
const marks = {
  pending: pc.dim('·'),
  running: pc.cyan('▶'),
  done: pc.green('✓'),
  failed: pc.red('✗'),
  skipped: pc.dim('–'),
};

export interface FollowOptions {
  /** Whether the workflow goes on when this process ends: not where it runs in it, or on a server that ends with it. */
  readonly canDetach: boolean;
  /** What the first Ctrl-C (or SIGTERM) does; undefined: asks on a terminal where there is a choice, else cancels. */
  readonly onInterrupt?: 'cancel' | 'detach' | undefined;
}

/**
 * Shows an execution's stages until it ends, then gives its result. A second Ctrl-C ends the process at once.
 * @throws Interrupted where the workflow was cancelled, or left running
 */
export async function follow(
  execution: Execution,
  output: Output,
  { canDetach, onInterrupt }: FollowOptions,
): Promise<unknown> {
  const display = output.isQuiet ? undefined : process.stderr.isTTY ? liveDisplay() : lineDisplay(output);
  let ended = false;
  let asking = false;
  const over = new AbortController();
  let stopped: Interrupted | undefined;
  const result = execution.result().finally(() => (ended = true));
  result.catch(() => undefined);

  const choose = async (): Promise<InterruptChoice> => {
    if (onInterrupt === 'detach' && !canDetach) {
      output.note('nothing outlives this command, so it cannot be left running');
      return 'cancel';
    }
    if (onInterrupt !== undefined) return onInterrupt;
    if (!canDetach || !isTerminal()) return 'cancel';
    asking = true;
    return await askInterrupt(over.signal).finally(() => (asking = false));
  };
  const interruption = onInterruption(async (end) => {
    const choice = await choose();
    if (choice === 'go on' || ended) return;
    if (choice === 'detach') {
      output.note(leftRunning(execution));
      stopped = new Interrupted('detached', execution.workflowId);
      end(stopped);
      return;
    }
    output.note(`cancelling${canDetach ? ' (Ctrl-C again to leave it running)' : ''}`);
    // Before the workflow ends by it: its failure is then no news.
    stopped = new Interrupted('cancelled', execution.workflowId);
    try {
      await execution.cancel();
    } catch (error) {
      stopped = undefined;
      throw error;
    }
  });
  try {
    while (!ended) {
      // A view can fail while the server starts the workflow or ends it: the next one will do.
      const view = display && !asking && (await execution.view().catch(() => undefined));
      if (view && !asking) display?.show(view);
      await Promise.race([
        result.catch(() => undefined),
        interruption.ended,
        new Promise((resolve) => setTimeout(resolve, pollMilliseconds)),
      ]);
    }
    const last = display && (await execution.view().catch(() => undefined));
    if (last) display?.show(last);
    return await Promise.race([result, interruption.ended]);
  } catch (error) {
    throw stopped ?? error;
  } finally {
    over.abort();
    interruption.stop();
  }
}

function leftRunning({ workflowId, ui }: Execution): string {
  return [
    `${workflowId} goes on without this command, as long as some worker is up (segments worker).`,
    `  come back  segments follow ${workflowId}`,
    ...(ui === undefined ? [] : [`  look       ${ui}`]),
  ].join('\n');
}

interface Interruption {
  /** Rejects with what `handle` ended the command with, or failed with. */
  readonly ended: Promise<never>;
  stop(): void;
}

/** Calls `handle` on SIGINT or SIGTERM. A second one meanwhile ends the process. */
function onInterruption(handle: (end: (reason: Interrupted) => void) => Promise<void>): Interruption {
  let busy = false;
  let end!: (reason: unknown) => void;
  const ended = new Promise<never>((_, reject) => (end = reject));
  ended.catch(() => undefined);
  const handler = (): void => {
    if (busy) process.exit(130);
    busy = true;
    handle(end).then(() => (busy = false), end);
  };
  process.on('SIGINT', handler).on('SIGTERM', handler);
  return {
    ended,
    stop: () => void process.off('SIGINT', handler).off('SIGTERM', handler),
  };
}

interface Display {
  show(view: ExecutionView): void;
}

const seconds = (stage: StageProgress): string =>
  stage.startedAt !== undefined && stage.finishedAt !== undefined
    ? `${((stage.finishedAt - stage.startedAt) / 1000).toFixed(1)} s`
    : '';

function bar({ phase, done, total }: Progress): string {
  if (total === undefined || total === 0) return `${phase} ${done}`;
  const full = Math.min(20, Math.round((20 * done) / total));
  return `${phase} ${'█'.repeat(full)}${pc.dim('░'.repeat(20 - full))} ${done}/${total}`;
}

/** For pipes and logs: one line when a stage ends, and when a month does. */
function lineDisplay(output: Output): Display {
  const said = new Set<string>();
  const once = (key: string, text: string): void => {
    if (!said.has(key)) output.note(text);
    said.add(key);
  };
  return {
    show({ months = [], runs }) {
      const sayEnd = (upTo: string): void => {
        for (const { asOf, state, verdict, problem } of months) {
          if (asOf > upTo) continue;
          if (state === 'done') once(`${asOf} done`, `${asOf} ${verdict ?? ''}`);
          if (state === 'failed') once(`${asOf} failed`, `${asOf} failed: ${problem ?? ''}`);
        }
      };
      for (const { runId, asOf, stages } of runs) {
        for (const stage of stages) {
          if (stage.state === 'pending' || stage.state === 'running') continue;
          const text = `${asOf ?? ''} ${stage.stage} ${stage.state} ${seconds(stage)} ${stage.detail ?? ''}`;
          once(`${runId} ${stage.stage}`, text.replace(/ +/g, ' ').trim());
        }
        if (asOf !== undefined) sayEnd(asOf);
      }
      // A month that failed before its first stage has no view.
      for (const { asOf } of months) sayEnd(asOf);
    },
  };
}

/** For terminals: the stages of the current month, redrawn in place; what is over stays on the screen. */
function liveDisplay(): Display {
  let drawn = 0;
  let current: string | undefined;
  /** By run, stage and phase: how far it was when first seen. */
  const firstSeen = new Map<string, Seen>();
  const timeLeft = (key: string, progress: Progress): string => {
    const at = performance.now();
    const first = firstSeen.get(key);
    if (first === undefined) firstSeen.set(key, { done: progress.done, at });
    const left = first && secondsLeft(first, progress, at);
    return left === undefined ? '' : `  ${inWords(left)}`;
  };
  const erase = (): void => void (drawn > 0 && process.stderr.write(`\x1b[${drawn}A\x1b[J`));
  const lines = (run: RunView): string[] => [
    pc.bold(`  ${run.asOf ?? ''}`),
    ...run.stages.map((stage) => {
      const live = run.live[stage.stage];
      const text =
        stage.state === 'running' && live
          ? `${bar(live)}${timeLeft(`${run.runId} ${stage.stage} ${live.phase}`, live)}`
          : (stage.detail ?? '');
      return `  ${marks[stage.state]} ${stage.stage.padEnd(17)} ${seconds(stage).padStart(8)}  ${pc.dim(text)}`;
    }),
  ];
  const draw = (run: RunView): void => {
    const width = process.stderr.columns || 100;
    const text = lines(run).map((line) => clip(line, width));
    process.stderr.write(`${text.join('\n')}\n`);
    drawn = text.length;
  };
  return {
    show({ runs }) {
      for (const run of runs) {
        // A run that is over stays on the screen; the next one is drawn below it.
        if (current === run.runId) erase();
        draw(run);
        current = run.runId;
      }
    },
  };
}

/** Cuts a line with colour codes to `width` visible characters, so that redrawing counts lines right. */
function clip(line: string, width: number): string {
  let visible = 0;
  let out = '';
  for (const part of line.split(/(\x1b\[[0-9;]*m)/)) {
    if (part.startsWith('\x1b[')) out += part;
    else {
      const room = Math.max(0, width - 1 - visible);
      out += part.slice(0, room);
      visible += Math.min(part.length, room);
    }
  }
  return out;
}
