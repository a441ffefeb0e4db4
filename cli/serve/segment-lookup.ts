import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { readManifest } from '../../shared/artifacts/manifest.js';
import { type ArtifactStore } from '../../shared/artifacts/store.js';
import { quoteLiteral } from '../../shared/duckdb/quote.js';
import { withDuckDb } from '../../shared/duckdb/with-duckdb.js';
import { parseSegmentsFile } from '../../shared/identity/segments-file.js';

/** Where one retailer stands in one run. */
export interface RetailerInRun {
  readonly shopId: string;
  readonly runId: string;
  readonly asOf: string;
  /** Null where the retailer is noise. */
  readonly segmentId: string | null;
  /** What sets the segment apart, in words; null where it has no name. */
  readonly segmentName: string | null;
  readonly strength: number | null;
  readonly outlierScore: number | null;
  /** The segment in the run before; null for retailers that are new, or were noise. */
  readonly previousSegmentId: string | null;
}

export interface SegmentLookup {
  /** Undefined where the run does not know the retailer. @throws SegmentsError RunNotFound */
  find(runId: string, shopId: string): Promise<RetailerInRun | undefined>;
  close(): Promise<void>;
}

interface OpenRun {
  readonly asOf: string;
  readonly assignments: string;
  readonly names: ReadonlyMap<string, string>;
}

/** Runs whose assignments are kept on disk: the champion, and others that were asked for lately. */
const mostRunsKept = 3;

/**
 * Finds retailers in runs' assignments, which are brought to `scratchRoot` once a run. The file is sorted by shop_id, so
 * that a question reads one row group of it, and the memory that it takes does not grow with the number of retailers.
 */
export function createSegmentLookup(store: ArtifactStore, scratchRoot: string): SegmentLookup {
  const runs = new Map<string, Promise<OpenRun>>();
  let folder: Promise<string> | undefined;
  const scratch = (): Promise<string> =>
    (folder ??= mkdir(scratchRoot, { recursive: true }).then(() =>
      mkdtemp(path.join(scratchRoot, 'segment-lookup-')),
    ));

  const open = async (runId: string): Promise<OpenRun> => {
    const { asOf, files } = await readManifest(store, runId);
    const assignments = path.join(await scratch(), `${runId}.parquet`);
    await store.fetchFile(files['assignments.parquet']!, assignments);
    const { registry } = parseSegmentsFile(await store.fetchBytes(files['segments.json']!));
    const names = registry.segments.flatMap(({ id, name }): [string, string][] =>
      name === undefined ? [] : [[id, name]],
    );
    return { asOf, assignments, names: new Map(names) };
  };

  const opened = (runId: string): Promise<OpenRun> => {
    const kept = runs.get(runId);
    const run = kept ?? open(runId);
    // Last asked, last in the map: the first is the one to let go.
    runs.delete(runId);
    runs.set(runId, run);
    if (kept === undefined) run.catch(() => runs.delete(runId));
    const oldest = runs.keys().next().value;
    if (runs.size > mostRunsKept && oldest !== undefined) {
      void runs.get(oldest)?.then(
        ({ assignments }) => rm(assignments, { force: true }),
        () => undefined,
      );
      runs.delete(oldest);
    }
    return run;
  };

  return {
    async find(runId, shopId) {
      const { asOf, assignments, names } = await opened(runId);
      const [row] = await withDuckDb({ memoryLimit: '256MB', threads: 1, scratch: await scratch() }, (db) =>
        db.rows(
          `SELECT segment_id, strength, outlier_score, previous_segment_id
             FROM read_parquet(${quoteLiteral(assignments)}) WHERE shop_id = $1`,
          [shopId],
        ),
      );
      if (row === undefined) return undefined;
      const text = (name: string): string | null => (row[name] === null ? null : String(row[name]));
      const number = (name: string): number | null => (row[name] === null ? null : Number(row[name]));
      const segmentId = text('segment_id');
      return {
        shopId,
        runId,
        asOf,
        segmentId,
        segmentName: segmentId === null ? null : (names.get(segmentId) ?? null),
        strength: number('strength'),
        outlierScore: number('outlier_score'),
        previousSegmentId: text('previous_segment_id'),
      };
    },
    async close() {
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
    },
  };
}
