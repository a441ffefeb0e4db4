/** What a file of a run is, for docs and the report. */
export interface RunFile {
  readonly mediaType: string;
  readonly words: string;
  /** Why a finished run may lack it. */
  readonly optional?: string;
}

const parquet = 'application/vnd.apache.parquet';
const json = 'application/json';
const csv = 'text/csv';
const gzip = 'application/gzip';

/** Every file of a finished run's folder, by its name there. */
export const runFiles = {
  'manifest.json': { mediaType: json, words: 'Everything that proves and repeats the run; written last' },
  'sales.parquet': {
    mediaType: parquet,
    words: 'The monthly rows used',
    optional: 'source.pushdown is true: they stay in the warehouse',
  },
  'retailers.parquet': {
    mediaType: parquet,
    words:
      'One row a retailer as the warehouse, or Feast, has it: active months, features, recent quantities',
    optional: 'source.pushdown is not true, and the source is not Feast',
  },
  'rejected.csv': {
    mediaType: csv,
    words:
      'The rows refused, with line and reason; with file too where the source is several; with source.pushdown at most 100 of each reason',
  },
  'eligibility.parquet': {
    mediaType: parquet,
    words: 'Each retailer, its active months, tenure, verdict and reason',
  },
  'features.parquet': { mediaType: parquet, words: 'One row a retailer: both feature sets, unscaled' },
  'scaler.json': { mediaType: json, words: 'Centre and scale a feature' },
  'autoencoder/model.json': { mediaType: json, words: 'The autoencoder in the TensorFlow.js layers format' },
  'autoencoder/weights.bin': { mediaType: 'application/octet-stream', words: 'Its weights, float32' },
  'loss.csv': { mediaType: csv, words: 'A row an epoch' },
  'loss-plot.png': { mediaType: 'image/png', words: 'The same as a picture' },
  'hdbscan-latent.json.gz': {
    mediaType: gzip,
    words: 'HDBSCAN in the latent space: all that prediction needs',
  },
  'hdbscan-raw.json.gz': {
    mediaType: gzip,
    words: 'The same on the raw features',
    optional: 'raw.enabled is false',
  },
  'mixture.json.gz': { mediaType: gzip, words: 'The Gaussian mixture: all that prediction needs' },
  'segments.json': { mediaType: json, words: 'Identities of the segments, and which cluster is which' },
  'assignments.parquet': {
    mediaType: parquet,
    words: 'Each retailer with its segment, strength and embedding',
  },
  'assignments.csv': { mediaType: csv, words: 'The same' },
  'behaviour_changes.csv': {
    mediaType: csv,
    words:
      'Retailers whose own months put them elsewhere than their whole history: since when, where, how surely',
    optional: 'the run is of a version that did not look for changes',
  },
  'cluster_insights.csv': {
    mediaType: csv,
    words: 'Mean, median, std of every feature, and size, per cluster',
  },
  'comparison.json': { mediaType: json, words: 'This run beside the previous one' },
  'transitions.csv': { mediaType: csv, words: 'Retailers by previous and present segment' },
  'segment-map.png': { mediaType: 'image/png', words: 'Every retailer on a map, by segment' },
  'report.html': { mediaType: 'text/html', words: 'The run on one self-contained page' },
} as const satisfies Record<string, RunFile>;

export type RunFileName = keyof typeof runFiles;

/** The store key of a run's file. */
export function runKey(runId: string, file: RunFileName): string {
  return `runs/${runId}/${file}`;
}
