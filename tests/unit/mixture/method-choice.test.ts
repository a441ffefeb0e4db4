import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chooseMethod } from '../../../shared/clustering/method-choice.js';
import { silhouette } from '../../../shared/clustering/silhouette.js';
import { structureMetrics } from '../../../shared/clustering/structure-metrics.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { blobs } from './market.js';

const golden = JSON.parse(
  readFileSync(new URL('../../golden/stability/scikit-learn.json', import.meta.url), 'utf8'),
) as {
  silhouettes: { rows: number; columns: number; data: number[]; labels: number[]; silhouette: number }[];
};

test.each(golden.silhouettes)(
  "the silhouette of $rows points equals scikit-learn's silhouette_score",
  (item) => {
    const input = { data: Float64Array.from(item.data), rows: item.rows, columns: item.columns };
    expect(silhouette(input, Int32Array.from(item.labels), 1)).toBeCloseTo(item.silhouette, 10);
  },
);

describe('structure metrics', () => {
  test('count clusters, noise, the largest share among the clustered and the effective number', () => {
    const metrics = structureMetrics(Int32Array.of(0, 0, 0, 2, -1));
    expect(metrics).toMatchObject({ clusters: 2, noise: 0.2, largestShare: 0.75 });
    expect(metrics.effectiveClusters).toBeCloseTo(
      Math.exp(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25))),
      12,
    );
  });

  test('equal clusters are all effective', () => {
    expect(structureMetrics(Int32Array.of(0, 1, 2, 3)).effectiveClusters).toBeCloseTo(4, 12);
  });

  test('all noise is no cluster and noise 1', () => {
    const nothing = { clusters: 0, noise: 1, largestShare: 0, effectiveClusters: 0 };
    expect(structureMetrics(Int32Array.of(-1, -1))).toEqual(nothing);
  });
});

const { input, truth } = blobs(400, 2, 3, 6, 4);
const limits = configSchema.parse({}).gate;
const allNoise = new Int32Array(400).fill(-1);
const shuffled = truth.map((_, i) => i % 3);
const choose = (change: Partial<Parameters<typeof chooseMethod>[0]>) =>
  chooseMethod({
    clusterer: 'auto',
    hdbscan: { labels: truth },
    mixture: { labels: truth },
    spaces: [input],
    limits,
    seed: 1,
    ...change,
  });

describe('choice of method', () => {
  test('a pinned method stays, its problems said', () => {
    const choice = choose({ clusterer: 'hdbscan', hdbscan: { labels: allNoise } });
    expect(choice.method).toBe('hdbscan');
    expect(choice.reasons.join(' ')).toMatch(/pinned.*0 clusters.*100\.0% as noise/);
  });

  test('a method whose clusters could not be published loses', () => {
    expect(choose({ hdbscan: { labels: allNoise } }).method).toBe('mixture');
    expect(choose({ mixture: { labels: new Int32Array(400) } }).method).toBe('hdbscan');
  });

  test('the better separated wins where nothing is known of what is found again', () => {
    expect(choose({ mixture: { labels: shuffled } }).method).toBe('hdbscan');
    expect(choose({ hdbscan: { labels: shuffled } }).method).toBe('mixture');
  });

  test('the mixture is taken, though worse separated, unless HDBSCAN tells clearly more again', () => {
    const beside = (hdbscan: number) =>
      choose({
        hdbscan: { labels: truth, stability: 0.95, information: hdbscan },
        mixture: { labels: shuffled, stability: 0.9, information: 1.2 },
      });
    for (const less of [0.8, 1.2, 1.29]) {
      expect(beside(less).method).toBe('mixture');
      expect(beside(less).reasons[0]).toContain(`${less.toFixed(2)} nats again, the mixture's 1.20`);
    }
    expect(beside(1.31).method).toBe('hdbscan');
  });

  test('HDBSCAN that tells more again must lie apart as well', () => {
    const choice = choose({
      hdbscan: { labels: shuffled, stability: 0.95, information: 1.5 },
      mixture: { labels: truth, stability: 0.8, information: 1 },
    });
    expect(choice.method).toBe('mixture');
    expect(choice.reasons[0]).toMatch(/separates clusters better/);
  });

  test('a method against which something else speaks cannot be used, and that is said', () => {
    const choice = choose({
      hdbscan: { labels: truth, problems: ['there is no density structure'] },
      mixture: { labels: shuffled },
    });
    expect(choice.method).toBe('mixture');
    expect(choice.reasons.join(' ')).toContain('there is no density structure');
  });

  test('the previous method is kept while it stays good, though the other is better', () => {
    const choice = choose({
      previous: 'hdbscan',
      hdbscan: { labels: shuffled, stability: 0.7 },
      mixture: { labels: truth, stability: 0.9 },
    });
    expect(choice.method).toBe('hdbscan');
    expect(choice.reasons[0]).toMatch(/previous/);
  });

  test('the previous method is given up once it is no longer stable, or cannot be published', () => {
    expect(
      choose({
        previous: 'hdbscan',
        hdbscan: { labels: truth, stability: 0.3 },
        mixture: { labels: truth, stability: 0.9 },
      }).method,
    ).toBe('mixture');
    expect(choose({ previous: 'hdbscan', hdbscan: { labels: allNoise } }).method).toBe('mixture');
  });

  test('where neither can be published, the previous method or the mixture is kept, both problems said', () => {
    const hopeless = { hdbscan: { labels: allNoise }, mixture: { labels: new Int32Array(400) } };
    expect(choose(hopeless)).toMatchObject({ method: 'mixture' });
    expect(choose({ ...hopeless, previous: 'hdbscan' })).toMatchObject({ method: 'hdbscan' });
    expect(choose(hopeless).reasons).toHaveLength(3);
  });

  test('evidence of both is kept, noise counting against separation', () => {
    const half = truth.map((label, i) => (i % 2 === 0 ? label : -1));
    const { evidence } = choose({ hdbscan: { labels: half } });
    expect(evidence.hdbscan.metrics.noise).toBe(0.5);
    expect(evidence.hdbscan.silhouette!).toBeLessThan(0.6 * evidence.mixture.silhouette!);
    expect(evidence.mixture.stability).toBeNull();
  });
});
