/** How the commands of a page are run. */
export interface PagePlan {
  readonly page: string;
  /** Pages with the same folder find what the ones before left. */
  readonly folder: 'tutorial' | 'market' | 'none';
  readonly env?: Readonly<Record<string, string>>;
  /** What the page leaves to the reader, and what takes its place: whole texts of a command. */
  readonly values?: readonly (readonly [placeholder: string, value: string])[];
  /** The settings file names a sink. */
  readonly sink?: true;
  /** A backfill of this ID waits on the server. */
  readonly openBackfill?: string;
}

/** The address of the HTTP API that the test starts. */
export const apiPort = 'PORT';

const plain = { SEGMENTS_RAW: 'off' };

/**
 * Pages with commands, in the order in which they are run; months and sizes are cut down where a page's own would take
 * minutes. `RUN` stands for a held run that nobody decided on yet, in the tutorial for the champion.
 */
export const plans: readonly PagePlan[] = [
  { page: 'docs/tutorial.md', folder: 'tutorial' },
  {
    page: 'docs/report.md',
    folder: 'tutorial',
    values: [['--artifacts s3://bucket/segments --port 9000', '--artifacts ./runs']],
  },
  { page: 'docs/how-to/own-csv.md', folder: 'market', env: plain },
  {
    page: 'docs/how-to/backfill-from-the-ui.md',
    folder: 'market',
    env: plain,
    values: [['--from 2023-11', '--from 2023-12']],
  },
  { page: 'docs/how-to/rescore.md', folder: 'market' },
  { page: 'docs/how-to/approve-a-held-run.md', folder: 'market', sink: true },
  { page: 'docs/how-to/schedule.md', folder: 'market' },
  {
    page: 'README.md',
    folder: 'market',
    env: { ...plain, SEGMENTS_SAMPLE_RETAILERS: '300' },
    values: [['--from 2023-10', '--from 2023-12']],
  },
  {
    page: 'docs/sources.md',
    folder: 'market',
    env: plain,
    values: [['csv:sales.csv --as-of 2017-12', 'csv:sales.csv --as-of 2023-12']],
  },
  {
    page: 'docs/api.md',
    folder: 'market',
    values: [
      ['s3://bucket/segments --host 0.0.0.0 --port 8090', `./runs --port ${apiPort}`],
      ['localhost:8090', `127.0.0.1:${apiPort}`],
      ['R0042', 'R0007'],
      [' }, …]', ' }]'],
    ],
  },
  {
    page: 'docs/operations.md',
    folder: 'market',
    values: [
      ['postgres:sales.monthly --artifacts s3://bucket/segments', 'csv:sales.csv --artifacts ./runs'],
      ['backfill --from 2017-01 --to 2017-12 --resume', 'backfill --from 2023-11 --to 2023-12 --resume'],
    ],
    openBackfill: 'backfill-2017-01-2017-12',
  },
  { page: 'docs/how-to/temporal-cloud.md', folder: 'none' },
  {
    page: 'docs/how-to/kaggle.md',
    folder: 'none',
    values: [['KAGGLE_API_TOKEN=…', 'KAGGLE_API_TOKEN=none']],
  },
  { page: 'docs/how-to/bigquery.md', folder: 'none' },
  { page: 'docs/how-to/s3.md', folder: 'none' },
  { page: 'docs/mlflow.md', folder: 'none' },
  { page: 'docs/deployment.md', folder: 'none' },
  { page: 'BENCHMARKS.md', folder: 'none' },
  { page: 'CONTRIBUTING.md', folder: 'none' },
];

/** Commands that are not run, by what they look like, and why. Every one of these must be met. */
export const notRun: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/--source parquet:samples/, 'the tutorial runs this sample'],
  [
    /^segments follow/,
    'needs a workflow that was left running; tests/integration/interrupt.test.ts leaves some',
  ],
  [/^npm start/, 'tests/integration/main-job.test.ts runs it'],
  [/^npm (test|run lint)|^npx vitest/, 'runs this very test, or all of it'],
  [/^npm run bench:/, 'takes an hour'],
  [/^docker |^cp infra\/compose/, 'needs a container engine'],
  [/^kubectl |^helm /, 'needs a cluster; tests/integrations/helm-chart.test.ts renders the chart'],
  [/^temporal worker deployment/, 'needs two builds of workers under Worker Versioning'],
  [/^pip install/, 'needs a Python of its own; tests/integrations/python-script.test.ts'],
  [/^python samples/, 'needs pandas; tests/integrations/python-script.test.ts runs it'],
  [/^tcld |eu-central-1\.aws\.api\.temporal\.io/, 'needs a Temporal Cloud account'],
  [/^segments (worker|schedule apply) .*s3:\/\/my-bucket/, 'needs a Temporal Cloud account and a bucket'],
  [/kaggle:/, 'needs Kaggle; tests/integration/sources runs the source on a double'],
  [/bigquery|GOOGLE_/, 'needs BigQuery; tests/integrations/sources runs the source on an emulator'],
  [/snowflake|SNOWFLAKE_/, 'needs Snowflake; tests/integrations/sources runs the source on an emulator'],
  [
    /SEGMENTS_POSTGRES_URL|postgres:public/,
    'needs the reader’s database; tests/integration/sources runs the source',
  ],
  [
    /csv:https:|s3:\/\/mart/,
    'needs somebody’s server; tests/integration/sources runs the source on servers of its own',
  ],
  [
    /parquet:exports\/|csv:exports\/202/,
    'needs the reader’s exports; tests/integration/sources runs folders and patterns of its own',
  ],
  [/feast:/, 'needs a feature store; tests/integrations/sources runs the source on Feast’s own files'],
  [/AWS_|s3:\/\/my-bucket/, 'needs a bucket; tests/integration/artifacts runs the store on an S3 server'],
  [/^segments runs sync-mlflow/, 'needs MLflow; tests/integrations/mlflow.test.ts runs it'],
  [/^export TEMPORAL_ADDRESS=…/, 'the test names its own server'],
];
