import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { isDuckDbDiskError } from '../shared/duckdb/duckdb-error.js';
import { SegmentsError } from '../shared/errors.js';
import { toFailure } from '../shared/failure.js';
import { type Progress } from '../shared/progress.js';
import { type ActivityDependencies, type StageTools, type StageWork } from './stage-tools.js';

/** Often enough for a live display, and far below every heartbeat timeout. */
const heartbeatMilliseconds = 1000;

/** What a heartbeat carries: where the stage is, and what a later attempt can go on from. */
export interface HeartbeatDetails {
  readonly progress?: Progress;
  readonly checkpoint?: unknown;
}

/**
 * Runs one attempt of a stage: gives it a scratch folder, sends heartbeats while it works, cleans up, and turns
 * its errors into failures that Temporal retries or not as shared/errors.ts says.
 */
export async function inStage<I, O>(
  name: string,
  deps: ActivityDependencies,
  work: StageWork<I, O>,
  input: I,
): Promise<O> {
  const scope = deps.scope();
  const last = scope.lastHeartbeat as HeartbeatDetails | undefined;
  let details: HeartbeatDetails = last?.checkpoint === undefined ? {} : { checkpoint: last.checkpoint };
  const timer = setInterval(() => scope.heartbeat(details), heartbeatMilliseconds);
  let scratch: string | undefined;
  try {
    scope.signal.throwIfAborted();
    scratch = await scratchFolder(deps.scratchRoot, name);
    const { openStore, defaultStore, compute, duckDb, env, codeVersion } = deps;
    const tools: StageTools = {
      openStore,
      defaultStore,
      compute,
      duckDb,
      env,
      codeVersion,
      scratch,
      indexed: scope.indexed ?? false,
      signal: scope.signal,
      onProgress: (progress) => (details = { ...details, progress }),
      checkpoint: (value) => {
        details = { ...details, checkpoint: value };
        scope.heartbeat(details);
      },
      lastCheckpoint: last?.checkpoint,
    };
    return await work(tools, input);
  } catch (error) {
    // Whatever broke because of the abort is the abort.
    if (scope.signal.aborted) throw scope.signal.reason ?? error;
    if (error instanceof SegmentsError) throw toFailure(error);
    if (isDiskError(error) || isDuckDbDiskError(error))
      throw toFailure(scratchError(deps.scratchRoot, error));
    throw error;
  } finally {
    clearInterval(timer);
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
}

async function scratchFolder(root: string, name: string): Promise<string> {
  await mkdir(root, { recursive: true });
  return await mkdtemp(path.join(root, `${name}-`));
}

function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    (/^(ENOSPC|EROFS|EACCES|EDQUOT|EMFILE)$/.test((error as NodeJS.ErrnoException).code ?? '') ||
      // What Node makes of a recursive mkdir on a read-only disk.
      ((error as NodeJS.ErrnoException).code === 'ENOENT' &&
        (error as NodeJS.ErrnoException).syscall === 'mkdir'))
  );
}

function scratchError(root: string, error: unknown): SegmentsError {
  const { code = 'DuckDB', message: said, syscall } = error as NodeJS.ErrnoException;
  const message =
    code === 'ENOENT' && syscall === 'mkdir' ? `${said} (the disk is read-only, or not there)` : said;
  return new SegmentsError('ScratchUnavailable', message.startsWith(code) ? message : `${code}: ${message}`, {
    where: root,
    remedy: 'Free space, or point SEGMENTS_SCRATCH at a folder that can be written; the stage is retried.',
    cause: error,
  });
}
