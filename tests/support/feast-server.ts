import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../infra/cache-folder.js';
import { freePort } from '../../infra/free-port.js';
import { findFeast } from '../../infra/services/feast.js';
import { isServed, startServerProcess } from '../../infra/services/server-process.js';
import { temporaryFolder } from './temp-folder.js';

const exec = promisify(execFile);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const startMilliseconds = 240_000;

/** The repository that docs/sinks.md tells people to apply; kept equal to it by its test. */
export const featureRepository = `from datetime import timedelta
from feast import Entity, FeatureView, Field, FileSource, PushSource
from feast.types import Float64, String
from feast.value_type import ValueType

shop = Entity(name="shop", join_keys=["shop_id"], value_type=ValueType.STRING)

history = FileSource(
    name="segments_history",
    path="segments_history.parquet",
    timestamp_field="event_timestamp",
    created_timestamp_column="created",
)

segments_push = PushSource(name="segments_push", batch_source=history)

segments = FeatureView(
    name="segments",
    entities=[shop],
    ttl=timedelta(days=400),
    schema=[
        Field(name="as_of", dtype=String),
        Field(name="run_id", dtype=String),
        Field(name="model_run_id", dtype=String),
        Field(name="segment_id", dtype=String),
        Field(name="segment_name", dtype=String),
        Field(name="previous_segment_id", dtype=String),
        Field(name="strength", dtype=Float64),
        Field(name="outlier_score", dtype=Float64),
    ],
    source=segments_push,
    online=True,
)
`;

const settings = `project: segments
registry: registry.db
provider: local
online_store:
  type: sqlite
  path: online.db
offline_store:
  type: file
entity_key_serialization_version: 3
`;

/** An offline store of Feast must be there, with its columns, before anything is pushed to it. */
const makeHistory = `
import pyarrow as pa, pyarrow.parquet as pq
texts = ['shop_id', 'as_of', 'run_id', 'model_run_id', 'segment_id', 'segment_name', 'previous_segment_id']
numbers = ['strength', 'outlier_score']
times = ['event_timestamp', 'created']
schema = pa.schema([(n, pa.string()) for n in texts] + [(n, pa.float64()) for n in numbers] + [(n, pa.timestamp('us', tz='UTC')) for n in times])
pq.write_table(schema.empty_table(), 'segments_history.parquet')
`;

export interface FeastServer {
  readonly url: string;
  readonly bin: string;
  /** Folder of the feature repository. */
  readonly repository: string;
  stop(): Promise<void>;
}

/** A real Feast feature server over a local repository; undefined where none can be had. */
export async function startFeast(): Promise<FeastServer | undefined> {
  let bin: string;
  try {
    bin = await findFeast(process.env, cacheFolder(process.env), say);
  } catch (error) {
    say(`Feast cannot be had (${String(error).split('\n')[0]}): its tests are skipped`);
    return undefined;
  }
  const folder = await temporaryFolder();
  const repository = path.join(folder.path, 'repository');
  await mkdir(repository);
  await writeFile(path.join(repository, 'feature_store.yaml'), settings);
  await writeFile(path.join(repository, 'segments.py'), featureRepository);
  const env = { ...process.env, FEAST_USAGE: 'False', PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  await exec(path.join(bin, 'python'), ['-c', makeHistory], { cwd: repository, env });
  await exec(path.join(bin, 'feast'), ['apply'], { cwd: repository, env });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  try {
    const server = await startServerProcess(
      {
        name: 'Feast',
        file: path.join(bin, 'feast'),
        args: ['serve', '-h', '127.0.0.1', '-p', String(port), '--no-access-log'],
        cwd: repository,
        env,
        group: true,
      },
      () => isServed(`${url}/health`),
      startMilliseconds,
    );
    return { url, bin, repository, stop: () => server.stop().then(() => folder.remove()) };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
