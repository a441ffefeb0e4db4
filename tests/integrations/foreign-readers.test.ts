import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../infra/cache-folder.js';
import { findPythonReaders } from '../../infra/services/python-readers.js';
import { encode } from '../../shared/autoencoder/encode.js';
import { encoderOnnx } from '../../shared/autoencoder/encoder-onnx.js';
import { loadAutoencoder } from '../../shared/autoencoder/load-autoencoder.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { seededRandom } from '../../shared/numeric/seeded-random.js';
import { segments } from '../support/segments-command.js';
import { writeSmallMarket } from '../support/small-market.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temp-folder.js';

const exec = promisify(execFile);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const bin = await findPythonReaders(process.env, cacheFolder(process.env), say).catch((error: unknown) => {
  say(`Python's readers cannot be had (${String(error).split('\n')[0]}): their tests are skipped`);
  return undefined;
});

let folder: TemporaryFolder;
let run: RunSummary;

/** Readers' own threads at times abort the interpreter while it shuts down: once all is printed, it does not have to. */
const leave = '\nimport os\nsys.stdout.flush()\nos._exit(0)\n';

/** Runs Python with the paths of the run's folder and of the delivered files. */
async function python<T>(script: string): Promise<T> {
  const { stdout } = await exec(
    path.join(bin!, 'python'),
    ['-c', script + leave, fileURLToPath(run.artifacts), path.join(folder.path, 'out')],
    { maxBuffer: 1 << 26 },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

/** The assignments as their CSV has them: retailers by segment, and the sum of their strengths. */
async function fromCsv(): Promise<Record<string, [number, number]>> {
  const text = await readFile(path.join(fileURLToPath(run.artifacts), 'assignments.csv'), 'utf8');
  const [header, ...lines] = text.trimEnd().split('\n');
  const [segment, strength] = ['segment_id', 'strength'].map((name) => header!.split(',').indexOf(name));
  const found: Record<string, [number, number]> = {};
  for (const line of lines) {
    const cells = line.split(',');
    const id = cells[segment!] || 'none';
    const [count, sum] = found[id] ?? [0, 0];
    found[id] = [count + 1, sum + Number(cells[strength!])];
  }
  return found;
}

async function expectSame(found: Record<string, [number, number]>): Promise<void> {
  const wanted = await fromCsv();
  expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
  for (const [id, [count, sum]] of Object.entries(wanted)) {
    expect(found[id]![0]).toBe(count);
    expect(found[id]![1]).toBeCloseTo(sum, 9);
  }
}

describe.skipIf(bin === undefined)('readers that others wrote', () => {
  beforeAll(async () => {
    folder = await temporaryFolder();
    const store = pathToFileURL(path.join(folder.path, 'store')).href;
    await writeFile(
      path.join(folder.path, 'segments.config.json'),
      JSON.stringify({
        source: { kind: 'csv', path: await writeSmallMarket(folder.path) },
        artifacts: store,
        engine: 'in-process',
        config: { raw: { enabled: false } },
        sinks: [{ kind: 'file', folder: pathToFileURL(path.join(folder.path, 'out')).href }],
      }),
    );
    const { code, stdout, stderr } = await segments(['run', '--as-of', '2023-12', '--json', '--quiet'], {
      cwd: folder.path,
    });
    expect(code, stderr + stdout).toBe(0);
    run = JSON.parse(stdout) as RunSummary;
  }, 300_000);
  afterAll(() => folder?.remove());

  test('pandas has the assignments with the types that they mean', async () => {
    const seen = await python<{
      groups: Record<string, [number, number]>;
      types: Record<string, string>;
      sorted: boolean;
    }>(`
import json, sys, pandas as pd
frame = pd.read_parquet(sys.argv[1] + '/assignments.parquet')
groups = frame.assign(segment_id=frame.segment_id.fillna('none')).groupby('segment_id').strength
print(json.dumps(dict(groups={k: [int(g.size), float(g.sum())] for k, g in groups},
    types={k: str(v) for k, v in frame.dtypes.items()}, sorted=bool(frame.shop_id.is_monotonic_increasing))))`);
    await expectSame(seen.groups);
    expect(seen.sorted).toBe(true);
    expect(seen.types).toMatchObject({ cluster: 'int32', strength: 'float64', latent_0: 'float64' });
  }, 120_000);

  test("DuckDB's Python reads every Parquet file of the run, as many rows as the manifest says", async () => {
    const seen = await python<{ rows: Record<string, number>; groups: Record<string, [number, number]> }>(`
import json, sys, duckdb
manifest = json.load(open(sys.argv[1] + '/manifest.json'))
files = [name for name in manifest['files'] if name.endswith('.parquet')]
rows = {name: duckdb.sql(f"select count(*) from '{sys.argv[1]}/{name}'").fetchone()[0] for name in files}
groups = duckdb.sql(f"select coalesce(segment_id, 'none'), count(*), sum(strength) from '{sys.argv[1]}/assignments.parquet' group by 1").fetchall()
print(json.dumps(dict(rows=rows, groups={k: [n, s] for k, n, s in groups})))`);
    const manifest = JSON.parse(
      await readFile(path.join(fileURLToPath(run.artifacts), 'manifest.json'), 'utf8'),
    ) as { files: Record<string, { rows: number }> };
    expect(Object.keys(seen.rows).length).toBeGreaterThan(5);
    for (const [name, rows] of Object.entries(seen.rows))
      expect([name, rows]).toEqual([name, manifest.files[name]!.rows]);
    await expectSame(seen.groups);
  }, 120_000);

  test("pyarrow reads the delivered folder as a data set partitioned by month and run, and the champion's file", async () => {
    const seen = await python<{
      months: string[];
      runs: string[];
      groups: Record<string, [number, number]>;
      types: Record<string, string>;
      current: number;
    }>(`
import json, sys, pyarrow.dataset as ds, pyarrow.parquet as pq, pyarrow as pa
folder = sys.argv[2]
table = ds.dataset(folder + '/segments_history', format='parquet', partitioning=ds.partitioning(
    pa.schema([('as_of', pa.string()), ('run_id', pa.string())]), flavor='hive')).to_table()
frame = table.to_pandas()
groups = frame.assign(segment_id=frame.segment_id.fillna('none')).groupby('segment_id').strength
current = pq.read_table(folder + '/segments_current.parquet')
print(json.dumps(dict(months=sorted(set(frame.as_of)), runs=sorted(set(frame.run_id)), current=current.num_rows,
    groups={k: [int(g.size), float(g.sum())] for k, g in groups}, types={f.name: str(f.type) for f in current.schema})))`);
    expect(seen).toMatchObject({ months: ['2023-12'], runs: [run.runId], current: run.eligible });
    expect(seen.types).toMatchObject({ shop_id: 'string', strength: 'double', finished_at: 'timestamp[us]' });
    await expectSame(seen.groups);
  }, 120_000);

  test("onnxruntime's encoder puts every retailer where ours does", async () => {
    const model = loadAutoencoder(
      await readFile(path.join(fileURLToPath(run.artifacts), 'autoencoder/model.json')),
      await readFile(path.join(fileURLToPath(run.artifacts), 'autoencoder/weights.bin')),
    );
    await writeFile(path.join(folder.path, 'out/encoder.onnx'), encoderOnnx(model));
    const random = seededRandom(1, 'onnx');
    const columns = model.featureNames.length;
    const data = Float64Array.from({ length: 500 * columns }, () => Math.fround(3 * random.normal()));
    const ours = encode(model, { rows: 500, columns, data });
    await writeFile(path.join(folder.path, 'out/input.json'), JSON.stringify([...data]));
    const seen = await python<{ latent: number[]; features: string[]; producer: string }>(`
import json, sys, numpy, onnx, onnxruntime
path = sys.argv[2] + '/encoder.onnx'
model = onnx.load(path)
onnx.checker.check_model(model, full_check=True)
session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
features = json.loads(session.get_modelmeta().custom_metadata_map['feature_names'])
x = numpy.array(json.load(open(sys.argv[2] + '/input.json')), dtype=numpy.float32).reshape(-1, len(features))
latent, = session.run(['latent'], {'features': x})
print(json.dumps(dict(latent=latent.astype(float).ravel().tolist(), features=features, producer=model.producer_name)))`);
    expect(seen.features).toEqual(model.featureNames);
    expect(seen.latent).toHaveLength(ours.data.length);
    const worst = Math.max(...seen.latent.map((value, i) => Math.abs(value - ours.data[i]!)));
    expect(worst).toBeLessThan(1e-5);
  }, 120_000);
});
