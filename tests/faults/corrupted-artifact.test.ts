import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { type WorkflowType } from '../../workers/engine.js';
import { inProcessEngine } from '../support/in-process.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';
import { recordFault } from './fault-table.js';

/** What the next month's run and a re-scoring read of a published run. */
const readByRetrain = [
  'manifest.json',
  'assignments.parquet',
  'autoencoder/model.json',
  'autoencoder/weights.bin',
  'mixture.json.gz',
  'segments.json',
];
const readByRescore = [
  'manifest.json',
  'assignments.parquet',
  'autoencoder/model.json',
  'autoencoder/weights.bin',
  'hdbscan-latent.json.gz',
  'mixture.json.gz',
  'scaler.json',
  'segments.json',
];

test('one flipped bit in any file that a later execution reads is refused, for good, with the name of the file', async () => {
  const folder = await tempFolder();
  const { engine, artifacts } = inProcessEngine(folder);
  const rows = smallMarketRows({ retailers: 80, months: 25 });
  const source = { kind: 'csv', path: await writeSmallMarket(folder, rows) };
  const config = { raw: { enabled: false }, autoencoder: { coldEpochs: 3, warmEpochs: 3 } };
  const first = await engine.start('retrain', 'first', { asOf: '2023-12', source, config });
  const published = fileURLToPath(((await first.result()) as RunSummary).artifacts);

  const cases: [WorkflowType, object, string][] = [
    ...readByRetrain.map((name): [WorkflowType, object, string] => [
      'retrain',
      { asOf: '2024-01', source, config, publish: false },
      name,
    ]),
    ...readByRescore.map((name): [WorkflowType, object, string] => [
      'rescore',
      { source, asOf: '2024-01' },
      name,
    ]),
  ];
  let held = 0;
  for (const [type, input, name] of cases) {
    const file = path.join(published, name);
    const whole = await readFile(file);
    const broken = Buffer.from(whole);
    const bit = (name.length * 7919) % (8 * broken.length);
    broken[bit >> 3]! ^= 1 << (bit & 7);
    await writeFile(file, broken);
    try {
      const execution = await engine.start(type, `${type} with ${name}`, input);
      const error: unknown = await execution.result().then(
        () => `${type} took a corrupted ${name} for whole`,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: 'ArtifactCorrupt', retryable: false });
      expect(error).toMatchObject({ message: expect.stringContaining(name) as string });
      held++;
    } finally {
      await writeFile(file, whole);
    }
  }
  expect(await readdir(path.join(folder, 'scratch'))).toEqual([]);
  // With every bit back, the same executions succeed: it was the bit that was refused.
  for (const [type, input] of [cases[0]!, cases.at(-1)!]) {
    await (await engine.start(type, `${type} again`, input)).result();
  }
  expect(artifacts).toContain('store');
  await recordFault({
    fault: 'one bit of an artifact flipped',
    rounds: cases.length,
    held,
    seen: 'ArtifactCorrupt with the name of the file, not retried',
  });
}, 120_000);
