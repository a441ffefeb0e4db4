import { monthIndex } from '../shared/contracts/as-of-month.js';
import { type RunContext, type RunPointer } from '../shared/contracts/stage-activities.js';
import { readManifest } from '../shared/artifacts/manifest.js';
import { parseLossCsv } from '../shared/autoencoder/parse-loss-csv.js';
import { SegmentsError } from '../shared/errors.js';
import { parseSegmentsFile, type SegmentsFile } from '../shared/identity/segments-file.js';
import { type Matrix } from '../shared/numeric/matrix.js';
import { curveMonths } from '../shared/pushdown/retailers-table.js';
import {
  type PreviousContent,
  type ReportedFigures,
  type RunContent,
} from '../shared/report/content/report-content.js';
import { typicalRetailers } from '../shared/report/content/typical-retailers.js';
import { type HistoryPoint, type TypicalRetailer } from '../shared/report/report-input.js';
import { comparisonSchema } from '../shared/stability/comparison-schema.js';
import { doubles, type Table, texts, valuesOf } from '../shared/tabular/column.js';
import { readSettings } from './cluster-with-settings.js';
import { namedFeatures } from './compare.js';
import { matrixOf } from './latent-table.js';
import { readTable } from './parquet-io.js';
import { openStoredRun, type StoredRun } from './previous-run.js';
import { readRecentSales } from './read-recent-sales.js';
import { type RunFolder } from './run-folder.js';
import { readScaledSpace } from './scaled-space.js';
import { type StageTools } from './stage-tools.js';

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
  const sales = await readRecentSales(tools, folder, run.asOf, months, shopIds, [...rows.values()].flat());
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
    latentSettings: await readSettings(folder, 'latent'),
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
