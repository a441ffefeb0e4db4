import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { type Comparison } from '../../shared/stability/comparison-schema.js';
import { inProcessEngine } from '../support/in-process.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';

test('a run whose representation is another feature set than the previous run had is compared with it all the same', async () => {
  const folder = await tempFolder();
  const { engine } = inProcessEngine(folder);
  const rows = smallMarketRows({ retailers: 80, months: 25 });
  const source = { kind: 'csv', path: await writeSmallMarket(folder, rows) };
  const run = async (asOf: string, representation: string): Promise<Comparison> => {
    const config = {
      raw: { enabled: false },
      autoencoder: { coldEpochs: 3, warmEpochs: 3 },
      features: { representation },
    };
    const execution = await engine.start('retrain', asOf, { asOf, source, config });
    const { artifacts } = (await execution.result()) as RunSummary;
    const file = path.join(fileURLToPath(artifacts), 'comparison.json');
    return JSON.parse(await readFile(file, 'utf8')) as Comparison;
  };
  await run('2023-12', 'shape');
  const comparison = await run('2024-01', 'classic');
  expect(comparison.retailers.common).toBe(80);
  expect(comparison.kept.share).not.toBeNull();
  // Neither model can be given the other's features: nothing is said about what moved retailers.
  expect(comparison.attribution).toBeNull();
}, 120_000);
