import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sameSettings } from '../../shared/clustering/density-settings.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { type SettingsChoice } from '../../shared/stability/choose-density-settings.js';
import { parseSettingsFile } from '../../shared/stability/settings-file.js';
import { inProcessEngine } from '../support/in-process.js';
import { smallMarketRows, writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';

test('a run chooses HDBSCAN settings in each space, the next one those that find its clusters again, the report tells them, and what the config sets is kept', async () => {
  const folder = await tempFolder();
  const { engine } = inProcessEngine(folder);
  const rows = smallMarketRows({ retailers: 120, months: 26 });
  const source = { kind: 'csv', path: await writeSmallMarket(folder, rows) };
  const run = async (asOf: string, hdbscan: object): Promise<(name: string) => Promise<Buffer>> => {
    const config = { raw: { enabled: false }, autoencoder: { coldEpochs: 20 }, hdbscan };
    const execution = await engine.start('retrain', asOf, { asOf, source, config });
    const { artifacts } = (await execution.result()) as RunSummary;
    return (name) => readFile(path.join(fileURLToPath(artifacts), name));
  };
  const settingsOf = async (
    read: (name: string) => Promise<Buffer>,
    space: string,
  ): Promise<SettingsChoice> => parseSettingsFile(await read(`stages/settings-${space}.json`), space);

  const first = await run('2023-12', {});
  const second = await run('2024-01', {});
  for (const space of ['latent', 'pca', 'untrained']) {
    const [before, after] = [await settingsOf(first, space), await settingsOf(second, space)];
    expect(before).toMatchObject({ held: false });
    expect(before.evidence.map(({ withPrevious }) => withPrevious)).toEqual(Array(30).fill(null));
    expect(after.evidence.every(({ withPrevious }) => withPrevious !== null)).toBe(true);
    if (after.held) expect(after.settings).toEqual(before.settings);
  }
  // Two behaviours that do not overlap: whatever was chosen finds most of their ln 2 nats again.
  const { settings, evidence } = await settingsOf(second, 'latent');
  const chosen = evidence.find((each) => sameSettings(each.settings, settings))!;
  expect(chosen.withPrevious).toBeGreaterThan(0.5);
  expect((await second('report.html')).toString()).toContain(`${settings.minSamples} neighbours, at least`);

  const pinned = await run('2024-02', { minClusterSize: 12, minSamples: 3, selection: 'leaf' });
  expect(await settingsOf(pinned, 'latent')).toMatchObject({
    settings: { minClusterSize: 12, minSamples: 3, selection: 'leaf' },
    evidence: [],
  });
}, 120_000);
