import { describe, expect, test } from 'vitest';
import { type IdentifiedRun, identifySegments } from '../../../shared/identity/identify-segments.js';
import { parseRegistry, segmentId } from '../../../shared/identity/segment-registry.js';

/** Retailers r0, r1, … with labels by counts: [3, 2] is three in cluster 0 and two in cluster 1. */
function retailers(...counts: number[]): { shopIds: string[]; labels: Int32Array } {
  const labels = Int32Array.from(counts.flatMap((count, cluster) => new Array<number>(count).fill(cluster)));
  return { shopIds: Array.from(labels, (_, i) => `r${i}`), labels };
}

function follow(
  asOf: string,
  { shopIds, labels }: { shopIds: string[]; labels: Int32Array },
  previous?: IdentifiedRun,
): { run: IdentifiedRun; identity: ReturnType<typeof identifySegments> } {
  const clusters = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const identity = identifySegments({ asOf, shopIds, labels, clusters, previous });
  const segmentIds = Array.from(labels, (label) => (label < 0 ? null : identity.segmentOfCluster[label]!));
  return { run: { registry: identity.registry, shopIds, segmentIds }, identity };
}

const first = follow('2017-10', retailers(20, 50, 30));

test('a first run numbers its segments by falling size', () => {
  expect(first.identity.segmentOfCluster).toEqual(['S03', 'S01', 'S02']);
  expect(first.run.registry.next).toBe(4);
});

describe('the next run', () => {
  test('inherits IDs whatever the clusters are numbered, in any order of the retailers', () => {
    const base = retailers(20, 50, 30);
    const renumbered = {
      shopIds: [...base.shopIds].reverse(),
      labels: base.labels.map((l) => (l + 1) % 3).reverse(),
    };
    const { identity } = follow('2017-11', renumbered, first.run);
    expect(identity.segmentOfCluster).toEqual(['S02', 'S03', 'S01']);
    expect(identity.born).toEqual([]);
    expect(identity.retired).toEqual([]);
  });

  test('a split inherits by the larger part, the smaller is new', () => {
    const { identity } = follow('2017-11', retailers(20, 35, 15, 30), first.run);
    expect(identity.segmentOfCluster).toEqual(['S03', 'S01', 'S04', 'S02']);
    expect(identity.matches[2]).toEqual({ cluster: 2, segmentId: null, overlap: 0, jaccard: 0 });
  });

  test('a merge inherits from the larger part, the smaller retires with its month', () => {
    const { identity } = follow('2017-11', retailers(20, 80), first.run);
    expect(identity.segmentOfCluster).toEqual(['S03', 'S01']);
    expect(identity.retired).toEqual(['S02']);
    expect(identity.registry.segments[1]).toEqual({ id: 'S02', bornAsOf: '2017-10', retiredAsOf: '2017-11' });
  });

  test('a retired ID never returns, not even for the same retailers', () => {
    const merged = follow('2017-11', retailers(20, 80), first.run);
    const back = follow('2017-12', retailers(20, 50, 30), merged.run);
    expect(back.identity.segmentOfCluster).toEqual(['S03', 'S01', 'S04']);
  });

  test('a cluster that shares next to nothing with a segment does not inherit its ID', () => {
    const { shopIds, labels } = retailers(20, 50, 30);
    // Cluster 1 keeps 3 of its 50 retailers; the others are noise.
    const thinned = labels.map((label, i) => (label === 1 && i >= 23 ? -1 : label));
    const { identity } = follow('2017-11', { shopIds, labels: thinned }, first.run);
    expect(identity.segmentOfCluster).toEqual(['S03', 'S04', 'S02']);
    expect(identity.retired).toEqual(['S01']);
  });

  test('retailers new to the market do not dilute the inheritance', () => {
    const base = retailers(20, 50, 30);
    const grown = {
      shopIds: [...base.shopIds, ...Array.from({ length: 900 }, (_, i) => `new${i}`)],
      labels: Int32Array.from([...base.labels, ...new Array<number>(900).fill(0)]),
    };
    expect(follow('2017-11', grown, first.run).identity.segmentOfCluster).toEqual(['S03', 'S01', 'S02']);
  });

  test('says for each retailer which cluster carries its previous segment', () => {
    const merged = retailers(20, 80);
    const shopIds = [...merged.shopIds, 'stranger'];
    const labels = Int32Array.from([...merged.labels, 0]);
    const { identity } = follow(
      '2017-11',
      { shopIds, labels },
      { ...first.run, segmentIds: first.run.segmentIds.map((id, i) => (i === 0 ? null : id)) },
    );
    expect(identity.previousCluster[0]).toBe(-1);
    expect(identity.previousCluster[1]).toBe(0);
    expect(identity.previousCluster[20]).toBe(1);
    expect(identity.previousCluster[99]).toBe(-2);
    expect(identity.previousCluster[100]).toBe(-2);
  });

  test('equal overlaps go to the nearer centroid', () => {
    const shopIds = ['a', 'b', 'c', 'd'];
    const column = (...values: number[]) => ({
      data: Float64Array.from(values),
      rows: values.length,
      columns: 1,
    });
    const previous: IdentifiedRun = {
      registry: { version: 1, next: 3, segments: ['S01', 'S02'].map((id) => ({ id, bornAsOf: '2017-10' })) },
      shopIds,
      segmentIds: ['S01', 'S01', 'S02', 'S02'],
      centroids: { ids: ['S01', 'S02'], values: column(0, 10) },
    };
    const labels = Int32Array.of(0, 1, 0, 1);
    const identify = (centroids: number[]) =>
      identifySegments({
        asOf: '2017-11',
        shopIds,
        labels,
        clusters: 2,
        centroids: column(...centroids),
        previous,
      });
    expect(identify([9, 1]).segmentOfCluster).toEqual(['S02', 'S01']);
    expect(identify([1, 9]).segmentOfCluster).toEqual(['S01', 'S02']);
  });
});

test('cluster numbers without retailers get no segment', () => {
  const { identity } = follow('2017-10', { shopIds: ['a', 'b'], labels: Int32Array.of(0, 2) });
  expect(identity.segmentOfCluster).toEqual(['S01', null, 'S02']);
});

test('IDs go on past S99 as S100', () => {
  expect([segmentId(9), segmentId(99), segmentId(100)]).toEqual(['S09', 'S99', 'S100']);
});

test.each([
  [
    'an ID that could be given again',
    { version: 1, next: 1, segments: [{ id: 'S01', bornAsOf: '2017-10' }] },
  ],
  ['an ID twice', { version: 1, next: 9, segments: [1, 2].map(() => ({ id: 'S01', bornAsOf: '2017-10' })) }],
  ['a month that is none', { version: 1, next: 9, segments: [{ id: 'S01', bornAsOf: '2017-13' }] }],
])('a registry with %s is refused', (_, json) => {
  expect(() => parseRegistry(json)).toThrowError(expect.objectContaining({ code: 'ArtifactCorrupt' }));
});
