import { z } from 'zod';
import { type AsOfMonth, asOfMonthSchema } from '../contracts/as-of-month.js';
import { decisionOutcomes } from '../contracts/decision.js';
import { referenceSchema } from '../contracts/reference.js';
import { verdictSchema } from '../contracts/run-summary.js';
import { SegmentsError } from '../errors.js';
import { comesAfter, takesOver } from './champion-order.js';
import { type ArtifactStore } from './store.js';
import { changeShared, readShared, type SharedObject } from './swap-json.js';

/** One finished run, as the index knows it: enough for lists, and the way to its manifest. */
export const indexEntrySchema = z.strictObject({
  runId: z.string(),
  asOf: asOfMonthSchema,
  verdict: verdictSchema,
  /** False where the run was held and nobody approved it. */
  published: z.boolean(),
  /** Workflow time, milliseconds since 1970. */
  finishedAt: z.number(),
  manifest: referenceSchema,
  /** What a person decided on a held run. */
  decision: z
    .strictObject({ outcome: z.enum(decisionOutcomes), by: z.string(), decidedAt: z.number() })
    .optional(),
  metrics: z.strictObject({
    segments: z.int(),
    noise: z.number(),
    largestShare: z.number(),
    shareKept: z.number().nullable(),
  }),
});

const monthSchema = z.strictObject({
  version: z.literal(1),
  asOf: asOfMonthSchema,
  runs: z.array(indexEntrySchema),
});
const championSchema = z.strictObject({ version: z.literal(1), champion: indexEntrySchema });

export type IndexEntry = z.infer<typeof indexEntrySchema>;
type Month = z.infer<typeof monthSchema>;
type Champion = z.infer<typeof championSchema>;

const corrupt = {
  code: 'ArtifactCorrupt',
  remedy: 'Restore the object from a backup or a bucket version.',
} as const;

const monthObject = (asOf: AsOfMonth): SharedObject<Month> => ({
  key: `index/months/${asOf}.json`,
  schema: monthSchema,
  corrupt,
});
const championObject: SharedObject<Champion> = {
  key: 'index/champion.json',
  schema: championSchema,
  corrupt,
};

/** @throws SegmentsError ChampionConflict */
async function update<T>(
  store: ArtifactStore,
  object: SharedObject<T>,
  change: (current: T | undefined) => T | undefined,
): Promise<void> {
  await changeShared(
    store,
    object,
    change,
    (said) =>
      new SegmentsError('ChampionConflict', said, {
        where: `${store.uri}/${object.key}`,
        remedy: 'The stage is retried; if it stays so, see which other publishers use this store.',
      }),
  );
}

/** Whether a run was held and nobody decided on it yet. */
export function isWaiting({
  verdict,
  published,
  decision,
}: Pick<IndexEntry, 'verdict' | 'published' | 'decision'>): boolean {
  return verdict === 'held' && !published && decision === undefined;
}

/**
 * Adds a finished run to its month, or replaces its entry there: run twice, it is there once. An entry without a decision
 * leaves one with a decision as it is: a publisher that is late must not undo what a person decided meanwhile.
 */
export async function recordRun(store: ArtifactStore, entry: IndexEntry): Promise<void> {
  await update<Month>(store, monthObject(entry.asOf), (month) => {
    const known = month?.runs.find(({ runId }) => runId === entry.runId);
    if (known?.decision !== undefined && entry.decision === undefined) return undefined;
    const others = (month?.runs ?? []).filter(({ runId }) => runId !== entry.runId);
    const runs = [...others, entry].sort((a, b) => (comesAfter(a, b) ? 1 : -1));
    return { version: 1, asOf: entry.asOf, runs };
  });
}

/**
 * Makes `entry` the champion, unless the champion is of a later month, or of the same month and finished later.
 * True where the pointer names `entry` afterwards.
 */
export async function moveChampion(store: ArtifactStore, entry: IndexEntry): Promise<boolean> {
  let isChampion = false;
  await update<Champion>(store, championObject, (current) => {
    isChampion = takesOver(entry, current?.champion);
    return isChampion ? { version: 1, champion: entry } : undefined;
  });
  return isChampion;
}

/** The champion, or undefined before the first published run. */
export async function readChampion(store: ArtifactStore): Promise<IndexEntry | undefined> {
  return (await readShared(store, championObject))?.content.champion;
}

async function readMonth(store: ArtifactStore, asOf: AsOfMonth): Promise<readonly IndexEntry[]> {
  return (await readShared(store, monthObject(asOf)))?.content.runs ?? [];
}

/** The entry of one run, or undefined where the index does not know it. */
export async function findRun(
  store: ArtifactStore,
  asOf: AsOfMonth,
  runId: string,
): Promise<IndexEntry | undefined> {
  return (await readMonth(store, asOf)).find((entry) => entry.runId === runId);
}

/** All runs of one month, in the order in which they finished. */
export async function findRuns(store: ArtifactStore, asOf: AsOfMonth): Promise<readonly IndexEntry[]> {
  return await readMonth(store, asOf);
}

/** Months that have runs, ascending. */
async function months(store: ArtifactStore): Promise<AsOfMonth[]> {
  const keys = await store.list('index/months/');
  return keys.flatMap((key) => /^index\/months\/(\d{4}-\d{2})\.json$/.exec(key)?.[1] ?? []).sort();
}

/** All runs of the index, by month, then by when they finished. */
export async function listRuns(store: ArtifactStore): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  for (const asOf of await months(store)) entries.push(...(await readMonth(store, asOf)));
  return entries;
}

/** The latest published run of the latest month before `asOf`: what a run for `asOf` is compared with. */
export async function latestPublishedBefore(
  store: ArtifactStore,
  asOf: AsOfMonth,
): Promise<IndexEntry | undefined> {
  for (const month of (await months(store)).filter((each) => each < asOf).reverse()) {
    const published = (await readMonth(store, month)).findLast((entry) => entry.published);
    if (published !== undefined) return published;
  }
  return undefined;
}

/** Takes a run out of its month; gives its entry, or undefined where it was not there. */
export async function forgetRun(
  store: ArtifactStore,
  asOf: AsOfMonth,
  runId: string,
): Promise<IndexEntry | undefined> {
  let forgotten: IndexEntry | undefined;
  await update<Month>(store, monthObject(asOf), (month) => {
    forgotten = month?.runs.find((entry) => entry.runId === runId);
    if (month === undefined || forgotten === undefined) return undefined;
    return { ...month, runs: month.runs.filter((entry) => entry.runId !== runId) };
  });
  return forgotten;
}
