import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Deliveries } from '../../shared/contracts/deliveries.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { type BackfillRow } from '../../shared/contracts/workflow-inputs.js';
import { encode } from '../../shared/autoencoder/encode.js';
import { loadAutoencoder } from '../../shared/autoencoder/load-autoencoder.js';
import { seededRandom } from '../../shared/numeric/seeded-random.js';
import { cacheFolder } from '../../infra/cache-folder.js';
import { findMlflowWithOnnx } from '../../infra/services/mlflow.js';
import { findChromium } from '../../infra/services/chromium.js';
import { startMlflow } from '../support/mlflow-server.js';
import { segments } from '../support/segments-command.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temp-folder.js';

const exec = promisify(execFile);
const server = await startMlflow();
const executable = findChromium();
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const onnxBin = await findMlflowWithOnnx(process.env, cacheFolder(process.env), say).catch(
  (error: unknown) => {
    say(`MLflow with ONNX cannot be had (${String(error).split('\n')[0]}): its test is skipped`);
    return undefined;
  },
);

let folder: TemporaryFolder;
let rows: readonly BackfillRow[];
let runs: readonly RunSummary[];

const settings = (url: string): object => ({
  source: { kind: 'csv', path: 'sales.csv' },
  artifacts: pathToFileURL(path.join(folder.path, 'store')).href,
  engine: 'in-process',
  config: { raw: { enabled: false } },
  tracking: { kind: 'mlflow', url },
});

async function command(args: readonly string[], url: string): Promise<unknown> {
  await writeFile(path.join(folder.path, 'segments.config.json'), JSON.stringify(settings(url)));
  const { code, stdout, stderr } = await segments([...args, '--json', '--quiet'], { cwd: folder.path });
  expect(code, stderr + stdout).toBe(0);
  return JSON.parse(stdout);
}

/** What MLflow's own Python client sees. */
async function python<T>(script: string, bin = server!.bin): Promise<T> {
  const { stdout } = await exec(path.join(bin, 'python'), ['-c', script], {
    env: { ...process.env, MLFLOW_TRACKING_URI: server!.url },
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

interface SeenRun {
  readonly id: string;
  readonly status: string;
  readonly tags: Record<string, string>;
  readonly params: Record<string, string>;
  readonly metrics: Record<string, number>;
  readonly steps: readonly number[];
  readonly dataset: string;
  readonly artifacts: readonly string[];
}

const readRuns = `
import json, mlflow
client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name('stable-segments')
def seen(run):
    return dict(id=run.info.run_id, status=run.info.status, tags=run.data.tags, params=run.data.params, metrics=run.data.metrics,
        steps=[m.step for m in client.get_metric_history(run.info.run_id, 'loss/train')],
        dataset=run.inputs.dataset_inputs[0].dataset.digest,
        artifacts=[a.path for a in client.list_artifacts(run.info.run_id)])
print(json.dumps([seen(run) for run in client.search_runs([experiment.experiment_id], order_by=['tags.\`segments.as_of\` ASC'])]))
`;

const readRegistry = `
import json, mlflow
client = mlflow.MlflowClient()
versions = client.search_model_versions("name = 'stable-segments'")
champion = client.get_model_version_by_alias('stable-segments', 'champion')
path = mlflow.artifacts.download_artifacts(champion.source + '/autoencoder/model.json')
print(json.dumps(dict(versions=sorted(v.tags['segments.as_of'] for v in versions), champion=champion.tags['segments.run_id'],
    layers=len(json.load(open(path))['modelTopology']['config']['layers']))))
`;

describe.skipIf(server === undefined)('MLflow', () => {
  beforeAll(async () => {
    folder = await temporaryFolder();
    await writeSmallMarket(folder.path, smallMarketRows({ months: 27 }));
    const answer = (await command(['backfill', '--from', '2023-11', '--to', '2024-02'], server!.url)) as {
      rows: BackfillRow[];
      runs: RunSummary[];
    };
    ({ rows, runs } = answer);
  }, 600_000);
  afterAll(async () => {
    await server?.stop();
    await folder.remove();
  });

  test('its own Python client reads a run a month: figures, parameters, loss by epoch, dataset and artifacts', async () => {
    const seen = await python<SeenRun[]>(readRuns);
    expect(rows.map(({ undelivered }) => undelivered)).toEqual(rows.map(() => undefined));
    expect(seen.map(({ tags }) => tags['segments.run_id'])).toEqual(runs.map(({ runId }) => runId));
    for (const [i, run] of seen.entries()) {
      const { verdict, asOf, segments: found, shareKept } = runs[i]!;
      expect(run.status).toBe('FINISHED');
      expect(run.tags).toMatchObject({ 'segments.as_of': asOf, 'segments.verdict': verdict });
      expect(run.params).toMatchObject({
        'autoencoder.latentWidth': '4',
        'raw.enabled': 'false',
        seed: '42',
        'hdbscan.chosen.selection': expect.stringMatching(/^(leaf|eom)$/) as string,
      });
      expect(run.metrics['segments/noise']).toBeCloseTo(found.noise, 12);
      expect(run.metrics['segments/largest_share']).toBeCloseTo(found.largestShare, 12);
      if (shareKept !== null) expect(run.metrics['kept/segments']).toBeCloseTo(shareKept, 12);
      expect(run.steps).toEqual(
        Array.from({ length: run.metrics['training/epochs']! }, (_, epoch) => epoch + 1),
      );
      expect(run.dataset).toHaveLength(32);
      expect(run.artifacts).toEqual(
        expect.arrayContaining(['manifest.json', 'comparison.json', 'loss-plot.png', 'model']),
      );
    }
  });

  test('its registry has a version a published run, the alias champion is on ours, and the model can be fetched by it', async () => {
    const registry = await python<{ versions: string[]; champion: string; layers: number }>(readRegistry);
    const published = runs.filter(({ verdict }) => verdict !== 'held');
    expect(published.length).toBeGreaterThan(0);
    expect(registry.versions).toEqual(published.map(({ asOf }) => asOf));
    expect(registry.champion).toBe(published.at(-1)!.runId);
    expect(registry.layers).toBeGreaterThanOrEqual(3);
  });

  test.skipIf(onnxBin === undefined)(
    'its champion is loaded as a pyfunc by its alias, and puts retailers where our encoder does, to 1e-5',
    async () => {
      const { artifacts } = runs.findLast(({ verdict }) => verdict !== 'held')!;
      const file = (name: string): Promise<Buffer> =>
        readFile(path.join(fileURLToPath(artifacts), 'autoencoder', name));
      const model = loadAutoencoder(await file('model.json'), await file('weights.bin'));
      const random = seededRandom(1, 'pyfunc');
      const columns = model.featureNames.length;
      const data = Float64Array.from({ length: 300 * columns }, () => Math.fround(3 * random.normal()));
      const input = path.join(folder.path, 'input.json');
      await writeFile(input, JSON.stringify([...data]));
      const seen = await python<{ latent: number[]; inputs: unknown }>(
        `
import json, mlflow, numpy
model = mlflow.pyfunc.load_model('models:/stable-segments@champion')
x = numpy.array(json.load(open(${JSON.stringify(input)})), dtype=numpy.float32).reshape(-1, ${columns})
print(json.dumps(dict(latent=model.predict(x)['latent'].astype(float).ravel().tolist(), inputs=model.metadata.get_input_schema().to_dict())))`,
        onnxBin,
      );
      const ours = encode(model, { rows: 300, columns, data });
      expect(seen.latent).toHaveLength(ours.data.length);
      expect(Math.max(...seen.latent.map((value, i) => Math.abs(value - ours.data[i]!)))).toBeLessThan(1e-5);
      expect(seen.inputs).toEqual([
        { type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, columns] } },
      ]);
    },
    240_000,
  );

  test('asked again for everything, it has nothing twice', async () => {
    const before = await python<SeenRun[]>(readRuns);
    await command(['runs', 'sync-mlflow'], server!.url);
    expect(await python<SeenRun[]>(readRuns)).toEqual(before);
    // A tracker that died before its last word goes on in the same run, and writes the same points.
    await python(`
import json, mlflow
client = mlflow.MlflowClient()
client.set_tag('${before[0]!.id}', 'segments.complete', 'no')
print('{}')`);
    await command(['runs', 'sync-mlflow'], server!.url);
    expect(await python<SeenRun[]>(readRuns)).toEqual(before);
  }, 240_000);

  test('while it is down a run is published all the same and says so; sync-mlflow makes up for it', async () => {
    const summary = (await command(['run', '--as-of', '2024-03'], 'http://127.0.0.1:9')) as RunSummary & {
      tracking: { state: string; problem: string };
    };
    expect(summary.tracking).toMatchObject({ state: 'failed' });
    expect(summary.tracking.problem).toContain('127.0.0.1:9');
    const noted = JSON.parse(
      await readFile(path.join(fileURLToPath(summary.artifacts), 'deliveries.json'), 'utf8'),
    ) as Deliveries;
    expect(noted.tracking?.state).toBe('failed');
    const count = (await python<SeenRun[]>(readRuns)).length;
    await command(['runs', 'sync-mlflow'], server!.url);
    const seen = await python<SeenRun[]>(readRuns);
    expect(seen).toHaveLength(count + 1);
    expect(seen.at(-1)!.tags['segments.run_id']).toBe(summary.runId);
  }, 240_000);

  test.skipIf(executable === undefined)(
    'shows the curves and the champion to people: pictures of its pages',
    async () => {
      const browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] });
      try {
        const pictures = process.env['SEGMENTS_PICTURES'] ?? path.join(folder.path, 'pictures');
        await mkdir(pictures, { recursive: true });
        const page = await browser.newPage({ viewport: { width: 1400, height: 800 } });
        const longest = { timeout: 90_000 };
        const [first] = await python<SeenRun[]>(readRuns);
        const picture = async (name: string): Promise<void> => {
          // Charts are drawn after their text is there.
          await page.waitForTimeout(3000);
          await page.screenshot({ path: path.join(pictures, `${name}.png`) });
        };
        await page.goto(`${server!.url}/#/experiments/1/runs`);
        await page
          .getByText(`${runs[0]!.asOf} ${runs[0]!.runId.slice(0, 8)}`)
          .first()
          .waitFor(longest);
        // A panel of another feature of MLflow covers a third of the page; where there is none, there is nothing to close.
        const close = page.locator('[data-component-id="mlflow.assistant.chat_panel.close"]').first();
        if (await close.isVisible()) await close.click();
        await picture('mlflow-runs');
        await page.goto(`${server!.url}/#/experiments/1/runs/${first!.id}/model-metrics`);
        await page.getByPlaceholder('Search metric charts').fill('^loss/', longest);
        await page.getByText('validation').locator('visible=true').first().waitFor(longest);
        await picture('mlflow-curves');
        await page.goto(`${server!.url}/#/models/stable-segments`);
        await page.getByText('champion').last().waitFor(longest);
        await page.getByText('Version 1').first().waitFor(longest);
        await picture('mlflow-model');
      } finally {
        await browser.close();
      }
    },
    240_000,
  );
});
