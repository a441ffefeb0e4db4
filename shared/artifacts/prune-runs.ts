import { SegmentsError } from '../errors.js';
import { readManifest } from './manifest.js';
import { planPruning, type PruningPlan, type StoredRunFacts } from './plan-pruning.js';
import { forgetRun, listRuns, readChampion, recordRun } from './run-index.js';
import { type ArtifactStore } from './store.js';

/** Removals at once: a bucket answers each in tens of milliseconds. */
const removalsAtOnce = 8;
const marks = 'index/pruning/';

export interface Pruning extends PruningPlan {
  /** Runs whose removal an earlier call began and this one ended. */
  readonly resumed: readonly string[];
  /** Folders without a manifest: runs that are under way, or died. They are never touched. */
  readonly unfinished: readonly string[];
  /** Objects removed. */
  readonly removed: number;
}

export interface PruneOptions {
  /** Months whose runs stay, newest first. */
  readonly keepMonths: number;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onRemoved: (run: string) => void;
}

/**
 * Removes old runs from a store. In this order, so that whoever reads meanwhile, or after an interruption, finds a run
 * whole or not at all: a mark, then the entry of the index, then the manifest, then the other files, then the mark. A run
 * with a mark is finished by the next call. Publishing may go on meanwhile; a backfill of removed months may not, since its
 * months are compared with what is being removed.
 */
export async function pruneRuns(store: ArtifactStore, options: PruneOptions): Promise<Pruning> {
  const { keepMonths, dryRun, signal, onRemoved } = options;
  if (!Number.isInteger(keepMonths) || keepMonths < 1) {
    throw new SegmentsError('InvalidInput', `keep: found ${keepMonths}; expected at least 1 month`, {
      where: 'keep',
      remedy: 'Give the number of months whose runs stay.',
    });
  }
  let removed = 0;
  const resumed: string[] = [];
  const marked = (await store.list(marks)).flatMap(
    (key) => /^index\/pruning\/([\w-]+)$/.exec(key)?.[1] ?? [],
  );
  for (const runId of marked) {
    const asOf = new TextDecoder().decode((await store.read(`${marks}${runId}`))?.bytes);
    if (!dryRun) removed += await removeRun(store, { runId, asOf }, signal);
    resumed.push(runId);
  }
  const { runs, unfinished } = await storedRuns(store, new Set(dryRun ? marked : []), signal);
  const champion = await readChampion(store);
  const plan = planPruning(runs, champion?.runId, keepMonths);
  if (!dryRun) {
    for (const run of plan.remove) {
      signal.throwIfAborted();
      const count = await removeRun(store, run, signal);
      removed += count;
      if (count > 0) onRemoved(run.runId);
    }
  }
  return { ...plan, resumed, unfinished, removed };
}

/** Every finished run, in the index or (published by nobody's wish) only in its folder, and the folders of unfinished ones. */
async function storedRuns(
  store: ArtifactStore,
  marked: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<{ runs: StoredRunFacts[]; unfinished: string[] }> {
  const folders = new Map<string, boolean>();
  for (const key of await store.list('runs/')) {
    const [, runId, file] = /^runs\/([^/]+)\/(.+)$/.exec(key) ?? [];
    if (runId === undefined || marked.has(runId)) continue;
    folders.set(runId, folders.get(runId) === true || file === 'manifest.json');
  }
  const entries = new Map((await listRuns(store)).map((entry) => [entry.runId, entry]));
  const runs: StoredRunFacts[] = [];
  const unfinished: string[] = [];
  for (const [runId, isFinished] of folders) {
    signal.throwIfAborted();
    if (!isFinished) {
      unfinished.push(runId);
      continue;
    }
    const { asOf, summary, comparedWith, timings } = await readManifest(store, runId);
    const entry = entries.get(runId);
    runs.push({
      runId,
      asOf,
      verdict: entry?.verdict ?? summary.verdict,
      published: entry?.published ?? false,
      decision: entry?.decision,
      finishedAt: entry?.finishedAt ?? Math.max(0, ...timings.map(({ finishedAt }) => finishedAt ?? 0)),
      comparedWith: comparedWith?.runId ?? null,
    });
  }
  runs.sort((a, b) => (a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : a.finishedAt - b.finishedAt));
  return { runs, unfinished };
}

async function removeRun(
  store: ArtifactStore,
  run: Pick<StoredRunFacts, 'runId' | 'asOf'>,
  signal: AbortSignal,
): Promise<number> {
  await store.putBytes(`${marks}${run.runId}`, new TextEncoder().encode(run.asOf), { rows: 0, signal });
  const forgotten = await forgetRun(store, run.asOf, run.runId);
  // Somebody may have made it the champion after the plan was made: then it stays.
  if ((await readChampion(store))?.runId === run.runId) {
    if (forgotten !== undefined) await recordRun(store, forgotten);
    await store.remove(`${marks}${run.runId}`);
    return 0;
  }
  return await removeFolder(store, run.runId, signal);
}

/** Removes what is left of a run out of the index. The manifest goes first: without it the rest is no run any more. */
async function removeFolder(store: ArtifactStore, runId: string, signal: AbortSignal): Promise<number> {
  const keys = await store.list(`runs/${runId}/`);
  const manifest = `runs/${runId}/manifest.json`;
  await store.remove(manifest);
  const others = keys.filter((key) => key !== manifest);
  for (let from = 0; from < others.length; from += removalsAtOnce) {
    signal.throwIfAborted();
    await Promise.all(others.slice(from, from + removalsAtOnce).map((key) => store.remove(key)));
  }
  await store.remove(`${marks}${runId}`);
  return keys.length;
}
