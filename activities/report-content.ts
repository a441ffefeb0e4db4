import { monthIndex } from '../shared/contracts/as-of-month.js';
import { type RunContext, type RunPointer } from '../shared/contracts/stage-activities.js';
import { type DuckDb } from '../shared/duckdb/duckdb.js';
import { quoteLiteral } from '../shared/duckdb/quote.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { readManifest } from '../shared/artifacts/manifest.js';
import { parseLossCsv } from '../shared/autoencoder/parse-loss-csv.js';
import { SegmentsError } from '../shared/errors.js';
import { parseSegmentsFile, type SegmentsFile } from '../shared/identity/segments-file.js';
import { type Matrix } from '../shared/numeric/matrix.js';
import {
  type PreviousContent,
  type ReportedFigures,
  type RunContent,
} from '../shared/report/content/report-content.js';
import { typicalRetailers } from '../shared/report/content/typical-retailers.js';
import { type HistoryPoint, type TypicalRetailer } from '../shared/report/report-input.js';
import { comparisonSchema } from '../shared/stability/comparison-schema.js';
import { doubles, type Table, texts, valuesOf } from '../shared/tabular/column.js';
import { namedFeatures } from './compare.js';
import { matrixOf } from './latent-table.js';
import { readTable } from './parquet-io.js';
import { openStoredRun, type StoredRun } from './previous-run.js';
import { type RunFolder } from './run-folder.js';
import { readScaledSpace } from './scaled-space.js';
import { type StageTools } from './stage-tools.js';

/** Months of the sales curves of typical retailers at most, and of the volume that segments share. */
const curveMonths = 24;
const volumeMonths = 12;
const typicalCount = 3;
/** Runs that the sparklines reach back, this one included. */
const historyRuns = 24;

/** Reads what the report of a run is made from. */
export async function readReportContent(
  tools: StageTools,
  run: RunContext,
  folder: RunFolder,
  figures: ReportedFigures,
  previousRun: RunPointer | undefined,
): Promise<RunContent> {
  const assignments = await readTable(tools, folder, 'assignments.parquet');
  const shopIds = texts(assignments, 'shop_id');
  const segmentIds = valuesOf(assignments, 'segment_id', 'text');
  const strengths = doubles(assignments, 'strength');
  const latent = matrixOf('latent_', assignments);
  const segments = parseSegmentsFile(await folder.read('segments.json'));
  const text = async (name: string): Promise<string> => new TextDecoder().decode(await folder.read(name));
  const comparison = comparisonSchema.parse(JSON.parse(await text('comparison.json')));

  const space = await spaceOf(tools, run, folder, segments, latent);
  const rows = typicalRetailers(space, segmentIds, strengths, segments.centroids, typicalCount);
  const months = Math.min(curveMonths, monthIndex(run.asOf) - monthIndex(figures.ingest.firstMonth) + 1);
  const sales = await readSales(tools, folder, run.asOf, months, shopIds, [...rows.values()].flat());
  const typical = Object.fromEntries(
    [...rows].map(([id, members]): [string, TypicalRetailer[]] => [
      id,
      members.map((i) => ({
        shopId: shopIds[i]!,
        strength: strengths[i]!,
        quantities: sales.curves.get(shopIds[i]!) ?? [],
      })),
    ]),
  );
  const previous = previousRun && (await openStoredRun(tools, run.store, previousRun));
  return {
    figures,
    config: run.config,
    codeVersion: tools.codeVersion,
    shopIds,
    segmentIds,
    strengths,
    latent,
    features: namedFeatures(await readTable(tools, folder, 'features.parquet')),
    volumes: sales.volumes,
    segments,
    hdbscan: await folder.read('hdbscan-latent.json.gz'),
    comparison,
    losses: parseLossCsv(await text('loss.csv')),
    typical,
    history: previous === undefined ? [] : await readHistory(tools, run.store, previous),
    previous: previous && (await previousContent(tools, previous)),
  };
}

/** The space that the segments were made in, and that `segments.json` has their means of. */
async function spaceOf(
  tools: StageTools,
  run: RunContext,
  folder: RunFolder,
  { method }: SegmentsFile,
  latent: Matrix,
): Promise<Matrix> {
  if (method === 'hdbscan') return latent;
  return (await readScaledSpace(tools, folder, run.config.features.representation)).matrix;
}

/** Quantity of each retailer over the last year, and month by month of some of them (rows of `shopIds`). */
async function readSales(
  tools: StageTools,
  folder: RunFolder,
  asOf: string,
  curveMonths: number,
  shopIds: readonly string[],
  curveRows: readonly number[],
): Promise<{ volumes: Float64Array; curves: ReadonlyMap<string, readonly number[]> }> {
  const file = quoteLiteral(await folder.fetch('sales.parquet'));
  const last = monthIndex(asOf);
  // Sums in fixed point: the order in which threads add must not show.
  const quantity = 'sum(sales_qty::DECIMAL(38, 9))::DOUBLE AS quantity';
  const month = '(year * 12 + month - 1)::INTEGER';
  const work = async (db: DuckDb) => {
    const place = new Map(shopIds.map((id, i) => [id, i]));
    const volumes = new Float64Array(shopIds.length);
    await db.chunks(
      `SELECT shop_id, ${quantity} FROM read_parquet(${file}) WHERE ${month} > ${last - volumeMonths} GROUP BY shop_id`,
      () => undefined,
      (chunk) => {
        for (const [id, sum] of chunk.getRows()) {
          const i = place.get(id as string);
          if (i !== undefined) volumes[i] = sum as number;
        }
      },
    );
    const chosen = curveRows.map((i) => quoteLiteral(shopIds[i]!));
    const curves = new Map<string, number[]>();
    if (chosen.length > 0) {
      const found = await db.rows(
        `SELECT shop_id, ${month} AS period, ${quantity} FROM read_parquet(${file})
         WHERE shop_id IN (${chosen.join(', ')}) AND ${month} > ${last - curveMonths} GROUP BY 1, 2`,
      );
      for (const i of curveRows) curves.set(shopIds[i]!, new Array<number>(curveMonths).fill(0));
      for (const row of found) {
        curves.get(row['shop_id'] as string)![Number(row['period']) - (last - curveMonths + 1)] = row[
          'quantity'
        ] as number;
      }
    }
    return { volumes, curves };
  };
  return await withDuckDb({ ...tools.duckDb, scratch: tools.scratch }, work, tools.signal);
}

/** Runs before this one, oldest first: each was compared with the one before it, whatever else was published since. */
async function readHistory(tools: StageTools, store: string, previous: StoredRun): Promise<HistoryPoint[]> {
  const points: HistoryPoint[] = [];
  let manifest: StoredRun['manifest'] | undefined = previous.manifest;
  while (manifest !== undefined && points.length < historyRuns - 1) {
    tools.signal.throwIfAborted();
    const { asOf, summary, comparedWith }: StoredRun['manifest'] = manifest;
    const { clusters, noise, largestShare } = summary.segments;
    points.unshift({ asOf, clusters, noise, largestShare, shareKept: summary.shareKept });
    manifest = comparedWith === null ? undefined : await earlier(tools, store, comparedWith.runId);
  }
  return points;
}

async function earlier(
  tools: StageTools,
  store: string,
  runId: string,
): Promise<StoredRun['manifest'] | undefined> {
  try {
    return await readManifest(tools.openStore(store), runId);
  } catch (error) {
    // Old runs may have been removed: the history begins after them.
    if (error instanceof SegmentsError && error.code === 'RunNotFound') return undefined;
    throw error;
  }
}

async function previousContent(tools: StageTools, { folder }: StoredRun): Promise<PreviousContent> {
  const assignments = await readTable(tools, folder, 'assignments.parquet', ['shop_id', 'segment_id']);
  return {
    shopIds: texts(assignments, 'shop_id'),
    segmentIds: valuesOf(assignments, 'segment_id', 'text'),
    features: namedFeatures(await readTable(tools, folder, 'features.parquet')),
    map: folder.has('stages/map.parquet')
      ? placedOf(await readTable(tools, folder, 'stages/map.parquet'))
      : undefined,
  };
}

function placedOf(table: Table): NonNullable<PreviousContent['map']> {
  return { shopIds: texts(table, 'shop_id'), x: doubles(table, 'x'), y: doubles(table, 'y') };
}
