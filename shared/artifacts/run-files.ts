interface RunFile {
  readonly mediaType: string;
  /** What the file is for, in a sentence that report and docs show. */
  readonly description: string;
}

const parquet = 'application/vnd.apache.parquet';
const csv = 'text/csv';
const json = 'application/json';
const gzip = 'application/gzip';

/** Every artifact of a run, by its name under `runs/<run-id>/`. Which of the models are there depends on the config. */
export const runFiles = {
  'manifest.json': { mediaType: json, description: 'Written last: what proves and repeats the run' },
  'sales.parquet': { mediaType: parquet, description: 'The monthly rows used' },
  'rejected.csv': { mediaType: csv, description: 'The rows refused, with line and reason' },
  'eligibility.parquet': { mediaType: parquet, description: 'Each retailer with its verdict and reason' },
  'features.parquet': { mediaType: parquet, description: 'One row a retailer, sorted by shop_id' },
  'scaler.json': { mediaType: json, description: 'Centre and scale of each feature' },
  'autoencoder/model.json': { mediaType: json, description: 'The encoder, TensorFlow.js layers format' },
  'autoencoder/weights.bin': { mediaType: 'application/octet-stream', description: 'Its weights' },
  'loss.csv': { mediaType: csv, description: 'Training and validation loss, a row an epoch' },
  'loss-plot.png': { mediaType: 'image/png', description: 'The loss curve' },
  'hdbscan-latent.json.gz': { mediaType: gzip, description: 'Clusters of the latent space, for prediction' },
  'hdbscan-raw.json.gz': { mediaType: gzip, description: 'Clusters of the raw features, the baseline' },
  'mixture.json.gz': { mediaType: gzip, description: 'Gaussian mixture of the scaled features' },
  'segments.json': { mediaType: json, description: 'Segments with their names, sizes and centres' },
  'assignments.parquet': { mediaType: parquet, description: 'Each retailer with its segment and strength' },
  'assignments.csv': { mediaType: csv, description: 'The same as text' },
  'cluster_insights.csv': { mediaType: csv, description: 'Statistics of every feature per cluster' },
  'comparison.json': { mediaType: json, description: 'Stability against the previous run' },
  'transitions.csv': { mediaType: csv, description: 'How many retailers went from which segment to which' },
  'report.html': { mediaType: 'text/html', description: 'All of it on one self-contained page' },
} as const satisfies Record<string, RunFile>;

export type RunFileName = keyof typeof runFiles;

/** The store key of a run's artifact. */
export function runKey(runId: string, file: RunFileName): string {
  return `runs/${runId}/${file}`;
}
