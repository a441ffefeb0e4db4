import { z } from 'zod';
import { type AsOfMonth, asOfMonthSchema } from '../contracts/as-of-month.js';
import { decisionOutcomes } from '../contracts/decision.js';
import { referenceSchema } from '../contracts/reference.js';
import { verdictSchema } from '../contracts/run-summary.js';
import { validate } from '../contracts/validate.js';
import { SegmentsError } from '../errors.js';
import { type ArtifactStore } from './store.js';

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

const monthKey = (asOf: AsOfMonth): string => `index/months/${asOf}.json`;
const championKey = 'index/champion.json';
const attempts = 20;

const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);

function decode<S extends z.ZodType>(schema: S, bytes: Uint8Array, where: string): z.output<S> {
  const what = {
    code: 'ArtifactCorrupt' as const,
    where,
    remedy: 'Restore the object from a backup or a bucket version.',
  };
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new SegmentsError('ArtifactCorrupt', `${where} is not JSON: ${(error as Error).message}`, what);
  }
  return validate(schema, content, what);
}

/**
 * Reads, changes and writes an object until nobody was faster. `change` gives undefined where all is well already.
 * @throws SegmentsError ChampionConflict
 */
async function update<T>(
  store: ArtifactStore,
  key: string,
  schema: z.ZodType<T>,
  change: (current: T | undefined) => T | undefined,
): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = await store.read(key);
    const next = change(found && decode(schema, found.bytes, `${store.uri}/${key}`));
    if (next === undefined) return false;
    if (await store.swap(key, encode(next), found?.version)) return true;
  }
  throw new SegmentsError(
    'ChampionConflict',
    `${key} changed ${attempts} times while this run tried to change it`,
    {
      where: `${store.uri}/${key}`,
      remedy: 'The stage is retried; if it stays so, see which other publishers use this store.',
    },
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

/** The order of runs of one month: by when they finished, equal times by ID, so that every publisher agrees. */
function comesAfter(a: IndexEntry, b: IndexEntry): boolean {
  return a.finishedAt > b.finishedAt || (a.finishedAt === b.finishedAt && a.runId > b.runId);
}

/**
 * Adds a finished run to its month, or replaces its entry there: run twice, it is there once. An entry without a decision
 * leaves one with a decision as it is: a publisher that is late must not undo what a person decided meanwhile.
 */
export async function recordRun(store: ArtifactStore, entry: IndexEntry): Promise<void> {
  await update<Month>(store, monthKey(entry.asOf), monthSchema, (month) => {
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
  await update<Champion>(store, championKey, championSchema, (current) => {
    const champion = current?.champion;
    isChampion =
      champion === undefined ||
      champion.runId === entry.runId ||
      champion.asOf < entry.asOf ||
      (champion.asOf === entry.asOf && comesAfter(entry, champion));
    return isChampion ? { version: 1, champion: entry } : undefined;
  });
  return isChampion;
}

/** The champion, or undefined before the first published run. */
export async function readChampion(store: ArtifactStore): Promise<IndexEntry | undefined> {
  const found = await store.read(championKey);
  return found && decode(championSchema, found.bytes, `${store.uri}/${championKey}`).champion;
}

async function readMonth(store: ArtifactStore, asOf: AsOfMonth): Promise<readonly IndexEntry[]> {
  const found = await store.read(monthKey(asOf));
  return found === undefined ? [] : decode(monthSchema, found.bytes, `${store.uri}/${monthKey(asOf)}`).runs;
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
  await update<Month>(store, monthKey(asOf), monthSchema, (month) => {
    forgotten = month?.runs.find((entry) => entry.runId === runId);
    if (month === undefined || forgotten === undefined) return undefined;
    return { ...month, runs: month.runs.filter((entry) => entry.runId !== runId) };
  });
  return forgotten;
}
