import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { readManifest, type Manifest } from '../artifacts/manifest.js';
import { type ArtifactStore } from '../artifacts/store.js';
import { encode } from '../autoencoder/encode.js';
import { loadAutoencoder } from '../autoencoder/load-autoencoder.js';
import { mixturePosterior } from '../clustering/mixture/predict-mixture.js';
import { mixtureSpace } from '../clustering/mixture-space.js';
import { loadMixture } from '../clustering/mixture/serialise-mixture.js';
import { softPosterior } from '../clustering/soft-assignment.js';
import { posteriorByCourses } from '../courses/label-by-courses.js';
import { monthsWeight } from '../courses/months-weight.js';
import { monthsOfRows, type RetailerMonths } from '../courses/retailer-months.js';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { withDuckDb } from '../duckdb/with-duckdb.js';
import { SegmentsError } from '../errors.js';
import { parseScaler } from '../features/scaler-file.js';
import { applyScaler } from '../features/scaler.js';
import { latentClusters, parseSegmentsFile, type SegmentsFile } from '../identity/segments-file.js';
import { type Matrix } from '../numeric/matrix.js';
import { doubles, texts, valuesOf } from '../tabular/column.js';
import { readColumns } from '../tabular/parquet.js';
import { monthsOfRetailer } from './months-of-retailer.js';
import { explainRetailer, type RetailerExplanation } from './explain-retailer.js';

const monthsFile = 'stages/months.parquet';

/** A retailer that has too little history to be in any segment. */
export interface NotEligible {
  readonly eligible: false;
  /** Criteria that it fails, as in `eligibility.parquet`. */
  readonly reason: string;
  readonly activeMonths: number;
  readonly tenureMonths: number;
}

export interface StoredExplanation extends RetailerExplanation {
  readonly eligible: true;
  readonly previousSegmentId: string | null;
  readonly strength: number;
  /**
   * Segment that this month's model alone would give; another one than `segmentId` where hysteresis held the retailer back, or its
   * own months prove a change.
   */
  readonly modelSegmentId: string | null;
  /** Since when, and how surely, its own months put it into its segment; null where its whole history does. */
  readonly change: { readonly since: string; readonly probability: number } | null;
}

export interface ExplainedRetailer {
  readonly shopId: string;
  readonly runId: string;
  readonly asOf: string;
  readonly method: SegmentsFile['method'];
  readonly moveMargin: number;
  readonly names: ReadonlyMap<string, string>;
  readonly explanation: StoredExplanation | NotEligible;
}

export interface ExplainOptions {
  readonly store: ArtifactStore;
  readonly runId: string;
  readonly shopId: string;
  /** A folder of its own. */
  readonly scratch: string;
  readonly duckDb: { readonly memoryLimit: string; readonly threads: number };
}

/**
 * Explains one retailer of a finished run from its artifacts.
 * @throws SegmentsError RunNotFound; RetailerNotFound where the run never saw the retailer
 */
export async function explainStoredRetailer(options: ExplainOptions): Promise<ExplainedRetailer> {
  const { store, runId, shopId, scratch } = options;
  await mkdir(scratch, { recursive: true });
  const manifest = await readManifest(store, runId);
  const bytes = (name: string): Promise<Uint8Array> => store.fetchBytes(manifest.files[name]!);
  const fetch = async (name: string): Promise<string> => {
    const local = path.join(scratch, path.basename(name));
    await store.fetchFile(manifest.files[name]!, local);
    return local;
  };
  const segments = parseSegmentsFile(await bytes('segments.json'));
  const result = {
    shopId,
    runId,
    asOf: manifest.asOf,
    method: segments.method,
    moveMargin: manifest.config.mixture.moveMargin,
    names: new Map(segments.registry.segments.flatMap(({ id, name }) => (name ? [[id, name] as const] : []))),
  };
  return await withDuckDb({ ...options.duckDb, scratch }, async (db) => {
    const assignments = await readColumns(db, await fetch('assignments.parquet'), [
      ...['shop_id', 'segment_id', 'previous_segment_id', 'cluster', 'strength'],
    ]);
    const row = texts(assignments, 'shop_id').indexOf(shopId);
    if (row < 0) {
      const [judged] = await db.rows(
        `SELECT reason, active_months, tenure_months FROM read_parquet(${quoteLiteral(await fetch('eligibility.parquet'))}) WHERE shop_id = $1`,
        [shopId],
      );
      if (judged === undefined) throw unknownRetailer(shopId, manifest);
      return {
        ...result,
        explanation: {
          eligible: false,
          reason: String(judged['reason']),
          activeMonths: Number(judged['active_months']),
          tenureMonths: Number(judged['tenure_months'] ?? 0),
        },
      };
    }
    const scaler = parseScaler(new TextDecoder().decode(await bytes('scaler.json')));
    const set = manifest.config.features.representation;
    const features = await readColumns(db, await fetch('features.parquet'));
    const { matrix } = applyScaler(scaler, features, set);
    const segmentIds = valuesOf(assignments, 'segment_id', 'text');
    const cluster = valuesOf(assignments, 'cluster', 'int')[row]!;
    const explained = explainRetailer({
      scaled: matrix,
      scales: scaler.sets[set],
      segmentIds,
      row,
      segmentOfCluster: segments.segmentOfCluster,
      posterior: withMonths(
        await posteriorOf(segments, bytes),
        segments,
        monthsFile in manifest.files
          ? await monthsOfRetailer(db, await fetch(monthsFile), shopId, manifest.asOf)
          : undefined,
        monthsWeight(manifest.config.courses, segments.method),
      ),
      moveMargin: result.moveMargin,
    });
    return {
      ...result,
      explanation: {
        eligible: true,
        ...explained,
        previousSegmentId: valuesOf(assignments, 'previous_segment_id', 'text')[row]!,
        strength: doubles(assignments, 'strength')[row]!,
        modelSegmentId: cluster < 0 ? null : (segments.segmentOfCluster[cluster] ?? null),
        change: 'behaviour_changes.csv' in manifest.files ? await changeOf(shopId, db, fetch) : null,
      },
    };
  });
}

async function changeOf(
  shopId: string,
  db: DuckDb,
  fetch: (name: string) => Promise<string>,
): Promise<StoredExplanation['change']> {
  const file = quoteLiteral(await fetch('behaviour_changes.csv'));
  const [row] = await db.rows(
    `SELECT changed_in, probability FROM read_csv(${file}, header = true, all_varchar = true) WHERE shop_id = $1`,
    [shopId],
  );
  return row === undefined
    ? null
    : { since: String(row['changed_in']), probability: Number(row['probability']) };
}

/** The probabilities that decide on moves, for rows that differ from the retailer in their features: its months stay. */
function withMonths(
  posterior: (rows: Matrix) => Matrix,
  { courses }: SegmentsFile,
  months: RetailerMonths | undefined,
  weight: number,
): (rows: Matrix) => Matrix {
  if (courses === undefined || months === undefined) return posterior;
  return (rows) =>
    posteriorByCourses(posterior(rows), monthsOfRows(months, new Int32Array(rows.rows)), courses, weight);
}

/** By features: of the mixture, or of the Gaussians of the clusters in the latent space. */
async function posteriorOf(
  segments: SegmentsFile,
  bytes: (name: string) => Promise<Uint8Array>,
): Promise<(rows: Matrix) => Matrix> {
  if (segments.method === 'mixture') {
    const { mixture, volumeCurve } = loadMixture(await bytes('mixture.json.gz'));
    return (rows) => mixturePosterior(mixture, mixtureSpace(rows, volumeCurve)).posterior;
  }
  const model = loadAutoencoder(
    await bytes('autoencoder/model.json'),
    await bytes('autoencoder/weights.bin'),
  );
  const clusters = segments.segmentOfCluster.length;
  return (rows) => softPosterior(latentClusters(segments), encode(model, rows), clusters);
}

function unknownRetailer(shopId: string, manifest: Manifest): SegmentsError {
  return new SegmentsError(
    'RetailerNotFound',
    `run ${manifest.runId} of ${manifest.asOf} has no sales of a retailer ${JSON.stringify(shopId)}`,
    {
      where: manifest.summary.artifacts,
      remedy: 'IDs are compared as they are written: check leading zeros, case and blanks in the source.',
    },
  );
}
