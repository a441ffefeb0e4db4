import path from 'node:path';
import { type Manifest, parseManifest } from '../artifacts/manifest.js';
import { type IndexEntry, isWaiting, listRuns, readChampion } from '../artifacts/run-index.js';
import { type ArtifactStore } from '../artifacts/store.js';
import { type Reference } from '../contracts/reference.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { withDuckDb } from '../duckdb/with-duckdb.js';
import { SegmentsError } from '../errors.js';
import { parseSegmentsFile, type SegmentsFile } from '../identity/segments-file.js';
import { type Comparison, comparisonSchema } from '../stability/comparison-schema.js';

/** A run as the index lists it. */
export type ListedRun = IndexEntry;

/** A run with what its pages show. */
export interface ReadRun {
  readonly entry: ListedRun;
  readonly manifest: Manifest;
  readonly comparison: Comparison;
  readonly segments: SegmentsFile;
}

/** Where a retailer was in one run. */
export interface RetailerMonth {
  readonly entry: ListedRun;
  /** Undefined where the run does not have the retailer, null where it is in no segment. */
  readonly segmentId: string | null | undefined;
  readonly strength: number | null;
}

export interface RunReader {
  readonly storeUri: string;
  /** All runs of the index: by month, then by when they finished. */
  runs(): Promise<readonly ListedRun[]>;
  champion(): Promise<IndexEntry | undefined>;
  /** A run as it was listed, or looked for in the index by its ID. @throws SegmentsError RunNotFound */
  read(run: ListedRun | string): Promise<ReadRun>;
  /** Bytes of a file that the run's manifest names, checked. @throws SegmentsError RunNotFound, ArtifactNotFound */
  file(runId: string, name: string): Promise<{ readonly manifest: Manifest; readonly bytes: Uint8Array }>;
  /** A retailer in the runs given, in their order. */
  retailer(shopId: string, entries: readonly ListedRun[]): Promise<readonly RetailerMonth[]>;
}

export interface RunReaderOptions {
  readonly store: ArtifactStore;
  /** A folder of its own for copies of assignments, which are fetched once. */
  readonly scratch: string;
  readonly duckDb: { readonly memoryLimit: string; readonly threads: number };
}

/** Runs whose small files are kept in memory. */
const remembered = 400;

/** Reads what the dashboard shows. A finished run never changes, so each is read from the store once. */
export function createRunReader({ store, scratch, duckDb }: RunReaderOptions): RunReader {
  const memory = new Map<string, Promise<Omit<ReadRun, 'entry'>>>();

  async function content(manifestReference: Reference): Promise<Omit<ReadRun, 'entry'>> {
    const manifest = parseManifest(await store.fetchBytes(manifestReference), manifestReference.uri);
    const text = async (name: string): Promise<Uint8Array> =>
      await store.fetchBytes(namedFile(manifest, name));
    const [comparison, segments] = await Promise.all([text('comparison.json'), text('segments.json')]);
    return {
      manifest,
      comparison: comparisonSchema.parse(JSON.parse(new TextDecoder().decode(comparison))),
      segments: parseSegmentsFile(segments),
    };
  }

  function remember(reference: Reference): Promise<Omit<ReadRun, 'entry'>> {
    const key = reference.sha256;
    const known = memory.get(key);
    if (known !== undefined) return known;
    const reading = content(reference);
    memory.set(key, reading);
    // A failure is not kept: the store may be back for the next reader.
    reading.catch(() => memory.delete(key));
    if (memory.size > remembered) memory.delete(memory.keys().next().value!);
    return reading;
  }

  async function entryOf(runId: string): Promise<ListedRun> {
    const entry = (await listRuns(store)).find((each) => each.runId === runId);
    if (entry !== undefined) return entry;
    throw new SegmentsError('RunNotFound', `the index of ${store.uri} has no run ${runId}`, {
      where: store.uri,
      remedy: 'segments runs list shows the runs of a store.',
    });
  }

  async function localAssignments({ manifest }: Pick<ReadRun, 'manifest'>): Promise<string> {
    const reference = namedFile(manifest, 'assignments.parquet');
    const local = path.join(scratch, `${reference.sha256}.parquet`);
    if (fetched.has(local)) return local;
    await store.fetchFile(reference, local);
    fetched.add(local);
    return local;
  }
  const fetched = new Set<string>();

  return {
    storeUri: store.uri,
    runs: () => listRuns(store),
    champion: () => readChampion(store),
    async read(run) {
      const entry = typeof run === 'string' ? await entryOf(run) : run;
      return { entry, ...(await remember(entry.manifest)) };
    },
    async file(runId, name) {
      const { manifest } = await remember((await entryOf(runId)).manifest);
      return { manifest, bytes: await store.fetchBytes(namedFile(manifest, name)) };
    },
    async retailer(shopId, entries) {
      const files: string[] = [];
      for (const entry of entries) files.push(await localAssignments(await remember(entry.manifest)));
      return await withDuckDb({ ...duckDb, scratch }, async (db) => {
        const months: RetailerMonth[] = [];
        for (const [i, entry] of entries.entries()) {
          const [row] = await db.rows(
            `SELECT segment_id, strength FROM read_parquet(${quoteLiteral(files[i]!)}) WHERE shop_id = $1`,
            [shopId],
          );
          const strength = row?.['strength'];
          months.push({
            entry,
            segmentId: row && (row['segment_id'] as string | null),
            strength: typeof strength === 'number' ? strength : null,
          });
        }
        return months;
      });
    },
  };
}

function namedFile(manifest: Manifest, name: string): Reference {
  const reference = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined;
  if (reference !== undefined) return reference;
  throw new SegmentsError('ArtifactNotFound', `run ${manifest.runId} has no file ${name}`, {
    where: manifest.runId,
    remedy: 'segments runs show lists the files of a run.',
  });
}

/** One run a month, in order: the last published one, or where none was, the last. */
export function runOfEachMonth(runs: readonly ListedRun[]): ListedRun[] {
  const months = new Map<string, ListedRun>();
  for (const run of runs) {
    const known = months.get(run.asOf);
    if (known === undefined || run.published || !known.published) months.set(run.asOf, run);
  }
  return [...months.values()];
}

/** Months that wait for a decision: their last run, where it was held and nobody decided yet. Earlier ones are superseded. */
export function waitingRuns(runs: readonly ListedRun[]): ListedRun[] {
  return [...new Map(runs.map((run) => [run.asOf, run])).values()].filter(isWaiting);
}
