import { describe, expect, test } from 'vitest';
import {
  clusterOptionsOf,
  describeSettings,
  sameSettings,
  settingsCandidates,
  usualSettings,
} from '../../../shared/clustering/density-settings.js';
import { configSchema, type ConfigInput } from '../../../shared/contracts/config.js';
import { type MonthsBeside } from '../../../shared/courses/months-beside.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { chooseDensitySettings } from '../../../shared/stability/choose-density-settings.js';
import { contingency } from '../../../shared/stability/contingency.js';
import { entropyOfSizes } from '../../../shared/stability/mutual-information.js';
import { reproducedInformation } from '../../../shared/stability/reproduced-information.js';
import { parseSettingsFile, settingsFile } from '../../../shared/stability/settings-file.js';
import { plantedMonths } from '../changes/planted-months.js';

const hdbscanOf = (hdbscan: ConfigInput['hdbscan'] = {}) => configSchema.parse({ hdbscan }).hdbscan;
const { softAssignment } = configSchema.parse({});

/** Retailers about `centres` in turn, with this standard deviation. */
function blobs(centres: readonly (readonly number[])[], rows: number, sd: number, seed = 1): Matrix {
  const random = seededRandom(seed, 'blobs');
  const columns = centres[0]!.length;
  const data = Float64Array.from({ length: rows * columns }, (_, at) => {
    const centre = centres[Math.floor(at / columns) % centres.length]!;
    return centre[at % columns]! + sd * random.normal();
  });
  return { data, rows, columns };
}

/** Two pairs: each pair is one cluster to a coarse look, two to a fine one. */
const pairs = [
  [0, 0],
  [3, 0],
  [20, 0],
  [23, 0],
];
const choose = (
  points: Matrix,
  config: ConfigInput['hdbscan'],
  previous?: Parameters<typeof chooseDensitySettings>[0]['previous'],
  beside?: MonthsBeside,
) =>
  chooseDensitySettings(
    { points, config: hdbscanOf(config), softAssignment, previous, beside, halves: 3, seed: 7, threads: 1 },
    () => undefined,
  );

describe('reproduced information', () => {
  const of = (a: readonly number[], b: readonly number[]): number =>
    reproducedInformation(contingency(Int32Array.from(a), Int32Array.from(b)));

  test('is the entropy of clusters that are found again whole: more for finer ones', () => {
    const coarse = [0, 0, 0, 0, 1, 1, 1, 1];
    const fine = [0, 0, 1, 1, 2, 2, 3, 3];
    expect(of(coarse, coarse)).toBeCloseTo(entropyOfSizes(Float64Array.of(4, 4)), 12);
    expect(of(fine, fine)).toBeCloseTo(Math.log(4), 12);
  });

  test('falls where one side splits what the other has whole, and below 0 for unrelated labels', () => {
    const coarse = [0, 0, 0, 0, 1, 1, 1, 1];
    expect(of(coarse, [0, 0, 1, 1, 2, 2, 3, 3])).toBeCloseTo(Math.log(2) / 2, 12);
    expect(of(coarse, [0, 1, 0, 1, 0, 1, 0, 1])).toBeCloseTo(-Math.log(2), 12);
  });
});

describe('the candidates', () => {
  test('are all combinations of what the config leaves open, and one where it sets everything', () => {
    expect(settingsCandidates(hdbscanOf())).toHaveLength(5 * 3 * 2);
    expect(settingsCandidates(hdbscanOf({ minSamples: 7 })).map((each) => each.minSamples)).toEqual(
      Array(10).fill(7),
    );
    expect(
      settingsCandidates(hdbscanOf({ minClusterSize: 40, minSamples: 7, selection: 'eom' })),
    ).toMatchObject([{ minClusterSize: 40, minSamples: 7, selection: 'eom' }]);
  });

  test('a number of retailers wins over a share, and a share never asks for fewer than five', () => {
    const settings = usualSettings(hdbscanOf({ minClusterSizeShare: 0.02 }));
    expect(clusterOptionsOf(settings, 1000).minClusterSize).toBe(20);
    expect(clusterOptionsOf(settings, 100).minClusterSize).toBe(5);
    const number = { ...settings, minClusterSize: 40 };
    expect(clusterOptionsOf(number, 1000).minClusterSize).toBe(40);
    expect(clusterOptionsOf(number, 500, 1000).minClusterSize).toBe(20);
    expect(
      sameSettings(
        { ...settings, minClusterSize: 40 },
        { ...settings, minClusterSize: 40, minClusterSizeShare: 0.5 },
      ),
    ).toBe(true);
    expect(sameSettings(settings, { ...settings, minClusterSizeShare: 0.03 })).toBe(false);
  });

  test('are told in a few words', () => {
    expect(describeSettings(usualSettings(hdbscanOf()))).toBe(
      'leaf clusters, 5 neighbours, at least 3% of the retailers',
    );
    expect(describeSettings(usualSettings(hdbscanOf({ selection: 'eom', minClusterSize: 40 })))).toBe(
      'excess of mass, 5 neighbours, at least 40 retailers',
    );
  });
});

describe('the choice', () => {
  test('goes to the finest clusters that are found again', async () => {
    const { settings, evidence, held } = await choose(blobs(pairs, 600, 0.5), {});
    const chosen = evidence.find((each) => each.settings === settings)!;
    expect(chosen.clusters).toBe(4);
    expect(chosen.onHalves).toBeGreaterThan(1.3);
    expect(Math.max(...evidence.map((each) => each.onHalves))).toBe(chosen.onHalves);
    expect(held).toBe(false);
  });

  test('goes to coarse clusters where the finer ones are chance', async () => {
    const { settings, evidence } = await choose(
      blobs(
        [
          [0, 0],
          [20, 0],
        ],
        600,
        1,
      ),
      {},
    );
    expect(evidence.find((each) => each.settings === settings)?.clusters).toBe(2);
    expect(Math.max(...evidence.map(({ clusters }) => clusters))).toBeGreaterThan(2);
  });

  test('leaves what is set, and weighs nothing where all is', async () => {
    const points = blobs(pairs, 300, 0.5);
    const all = await choose(points, { minClusterSize: 20, minSamples: 4, selection: 'eom' });
    expect(all).toMatchObject({
      settings: { minClusterSize: 20, minSamples: 4, selection: 'eom' },
      evidence: [],
    });
    const some = await choose(points, { minSamples: 4 });
    expect(new Set(some.evidence.map(({ settings }) => settings.minSamples))).toEqual(new Set([4]));
  });

  test('stays with the previous settings while they find the clusters of before', async () => {
    const config = { candidates: { minClusterSizeShare: [0.06, 0.1, 0.15], selection: ['leaf' as const] } };
    const points = blobs(pairs, 600, 0.5);
    const first = await choose(points, config);
    for (const settings of settingsCandidates(hdbscanOf(config))) {
      const labels = Int32Array.from({ length: 600 }, (_, i) => i % 4);
      const next = await choose(blobs(pairs, 600, 0.5, 2), config, { settings, labels });
      expect(next).toMatchObject({ settings, held: true });
    }
    expect(first.held).toBe(false);
  });

  test('leaves the previous settings once they merge clusters of before that others still find', async () => {
    const coarse = { ...usualSettings(hdbscanOf({ selection: 'leaf' })), minClusterSizeShare: 0.4 };
    const labels = Int32Array.from({ length: 600 }, (_, i) => (i < 500 ? i % 4 : -2));
    const { settings, held, evidence } = await choose(
      blobs(pairs, 600, 0.5),
      { candidates: { minClusterSizeShare: [0.02, 0.4], selection: ['leaf'] } },
      { settings: coarse, labels },
    );
    expect(held).toBe(false);
    expect(settings.minClusterSizeShare).toBe(0.02);
    const [fine, merged] = [0.02, 0.4].map((share) =>
      evidence.find((each) => each.settings.minClusterSizeShare === share)!,
    );
    expect(fine!.withPrevious!).toBeGreaterThan(merged!.withPrevious! + 0.3);
  });

  describe('where the months of the retailers are known', () => {
    const { months } = plantedMonths({ retailers: 600 });
    /** Behaviours 0 and 1 overlap but for their densest cores; 2 lies far off. */
    const points = blobs([[0], [2.2], [20]], 600, 1);
    const clustersOf = async (shares: number[], weight: number): Promise<number> => {
      const config = {
        candidates: { selection: ['leaf' as const], minSamples: [10], minClusterSizeShare: shares },
      };
      const { settings, evidence } = await choose(points, config, undefined, { months, weight });
      expect(evidence.every(({ byMonths }) => (byMonths !== null) === weight > 0)).toBe(true);
      return evidence.find((each) => each.settings === settings)!.clusters;
    };

    test('goes to finer clusters that halves of the retailers would miss, if their months differ', async () => {
      expect(await clustersOf([0.1, 0.15, 0.3], 0)).toBe(2);
      expect(await clustersOf([0.1, 0.15, 0.3], 1)).toBe(3);
    });

    test('leaves finer clusters that halves of the retailers would take, if their months are alike', async () => {
      expect(await clustersOf([0.1, 0.02], 0)).toBeGreaterThan(10);
      expect(await clustersOf([0.1, 0.02], 1)).toBe(3);
    });
  });

  test('is the same on every call', async () => {
    const points = blobs(pairs, 400, 0.8);
    expect(await choose(points, {})).toEqual(await choose(points, {}));
  });

  test('of a market too small to halve is the first candidate', async () => {
    const points = blobs(pairs, 3, 0.5);
    expect(await choose(points, {})).toEqual({
      settings: settingsCandidates(hdbscanOf())[0],
      held: false,
      evidence: [],
    });
  });
});

describe('the file of the settings', () => {
  test('of a version that did not ask the months is read all the same', async () => {
    const choice = await choose(blobs(pairs, 200, 0.5), { candidates: { minSamples: [5] } });
    const older = {
      ...choice,
      evidence: choice.evidence.map(({ byMonths: _, ...rest }) => rest),
    };
    const bytes = new TextEncoder().encode(JSON.stringify({ version: 1, ...older }));
    expect(parseSettingsFile(bytes, 'stages/settings-latent.json')).toEqual(choice);
  });

  test('reads back what was written, and refuses anything else by its name', async () => {
    const choice = await choose(blobs(pairs, 200, 0.5), { candidates: { minSamples: [5] } });
    const bytes = new TextEncoder().encode(settingsFile(choice));
    expect(parseSettingsFile(bytes, 'stages/settings-latent.json')).toEqual(choice);
    expect(() => parseSettingsFile(bytes.subarray(9), 'stages/settings-latent.json')).toThrow(
      expect.objectContaining({
        code: 'ArtifactCorrupt',
        message: expect.stringContaining('settings-latent') as string,
      }),
    );
  });
});
