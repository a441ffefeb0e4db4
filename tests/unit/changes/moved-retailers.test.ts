import { expect, test } from 'vitest';
import { provenClusters } from '../../../shared/changes/moved-retailers.js';

/** One retailer with a change to cluster 1 of the given probability. */
function proven(probability: number, raw: number, previous: number): number {
  const change = { retailer: 0, cluster: 1, period: 24000, probability, clusterProbability: probability };
  const [cluster] = provenClusters({
    changes: [change],
    raw: Int32Array.of(raw),
    previous: Int32Array.of(previous),
    minProbability: 0.3,
  });
  return cluster!;
}

test('a retailer moves once its change is probable enough', () => {
  expect(proven(0.29, 0, 0)).toBe(-2);
  expect(proven(0.3, 0, 0)).toBe(1);
  expect(proven(0.3, 0, -2)).toBe(1);
});

test('a retailer that moved stays for weaker evidence', () => {
  expect(proven(0.16, 0, 1)).toBe(1);
});

test('a retailer in noise stays there, one that features put there since it changed does not', () => {
  expect(proven(0.9, -1, -1)).toBe(-2);
  expect(proven(0.9, -1, -2)).toBe(-2);
  expect(proven(0.9, -1, 0)).toBe(1);
});
