import { describe, expect, it } from 'vitest';
import {
  approximatePredict,
  fitHdbscan,
  membershipVectors,
  type HdbscanFit,
} from '../../../shared/clustering/hdbscan/index.js';
import { type Matrix } from '../../../shared/numeric/matrix.js';
import { adjustedRandIndex, differing, labelMap } from './compare.js';
import { goldenSets, optionsOf, type GoldenConfig, type GoldenSet } from './golden-set.js';

const sets = goldenSets();
const casesOf = (chosen: readonly GoldenSet[]) =>
  chosen.flatMap((set) =>
    Object.entries(set.configs).map(([name, config]) => ({ title: `${set.name}, ${name}`, set, config })),
  );
/** Membership vectors go through 32-bit floats in the reference. */
const membershipTolerance = 1e-5;

it('has all sets and configurations', () => {
  expect(casesOf(sets)).toHaveLength(23 * 5 + 36);
  expect(sets.filter((set) => set.ties)).toHaveLength(3);
});

describe('agrees with Python hdbscan 0.8.44 on every row that it does not contradict itself on', () => {
  it.each(casesOf(sets.filter((set) => !set.ties)))('$title', async ({ set, config }) => {
    const { ambiguous, approximate_predict: predicted } = config;
    const model = await fitHdbscan(set.points, optionsOf(set, config));
    const { clustering } = model;
    const same = labelMap(clustering.labels, config.labels, ambiguous.labels);

    expect(clustering.clusterOf).toHaveLength(config.n_clusters);
    expect(new Set(same.values()).size).toBe(config.n_clusters + 1);
    expect(differing(renumber(clustering.labels, same), config.labels, 0, ambiguous.labels)).toEqual([]);
    expect(
      differing(clustering.probabilities, config.probabilities, set.tolerance, ambiguous.probabilities),
    ).toEqual([]);
    expect(
      differing(clustering.outlierScores, config.outlier_scores, set.tolerance, ambiguous.outlier_scores),
    ).toEqual([]);
    // Of the clusters' own figures there is one value each: none where some of their points are ambiguous.
    if (ambiguous.labels.length === 0) checkClusters(model, config, same, set.tolerance);
    if (config.mst_total_weight !== undefined) {
      const total = model.tree.weight.reduce((sum, weight) => sum + weight, 0);
      expect(Math.abs(total / config.mst_total_weight - 1)).toBeLessThan(1e-8);
    }

    const ours = approximatePredict(model, set.newPoints);
    // Through a fitted row that is ambiguous a new one comes to be so too.
    const unsure = Array.from(ours.neighbours.keys()).filter((i) =>
      ambiguous.outlier_scores.includes(ours.neighbours[i]!),
    );
    if (predicted !== undefined) {
      expect(differing(renumber(ours.labels, same), predicted.labels, 0, ambiguous.predict)).toEqual([]);
      expect(differing(ours.strengths, predicted.strengths, set.tolerance, ambiguous.predict)).toEqual([]);
      expect(
        differing(ours.outlierScores, predicted.outlier_scores, set.tolerance, [
          ...(ambiguous.predict ?? []),
          ...unsure,
        ]),
      ).toEqual([]);
    }
    if (config.all_points_membership_vectors !== undefined) {
      const excluded = [...(ambiguous.membership ?? []), ...ambiguous.outlier_scores];
      expect(
        differingRows(membershipVectors(model), config.all_points_membership_vectors, same, excluded),
      ).toEqual([]);
    }
    if (config.membership_vector_new !== undefined) {
      const excluded = [...(ambiguous.membership_new ?? []), ...unsure];
      expect(
        differingRows(membershipVectors(model, set.newPoints), config.membership_vector_new, same, excluded),
      ).toEqual([]);
    }
  });
});

describe('where distances tie, stays as close to the reference as the reference stays to itself', () => {
  it.each(casesOf(sets.filter((set) => set.ties)))('$title', async ({ set, config }) => {
    const { labels } = (await fitHdbscan(set.points, optionsOf(set, config))).clustering;
    const { ari_min, noise_min, noise_max } = config.refits;
    const noise = labels.reduce((sum, label) => sum + Number(label < 0), 0) / labels.length;
    expect(adjustedRandIndex(labels, config.labels)).toBeGreaterThanOrEqual(ari_min - 1e-9);
    expect(noise).toBeGreaterThanOrEqual(noise_min);
    expect(noise).toBeLessThanOrEqual(noise_max);
  });
});

function checkClusters(
  { clustering }: HdbscanFit,
  config: GoldenConfig,
  same: Map<number, number>,
  tolerance: number,
): void {
  for (let label = 0; label < config.n_clusters; label++) {
    const theirs = same.get(label)!;
    const expected = config.cluster_persistence[theirs]!;
    expect(Math.abs(clustering.persistence[label]! - expected)).toBeLessThanOrEqual(tolerance);
    if (config.exemplars) expect([...clustering.exemplars[label]!]).toEqual(config.exemplars[theirs]);
  }
  if (typeof config.relative_validity === 'number') {
    expect(Math.abs(clustering.relativeValidity - config.relative_validity)).toBeLessThanOrEqual(tolerance);
  }
}

function renumber(labels: Int32Array, same: Map<number, number>): Int32Array {
  return labels.map((label) => same.get(label) ?? -2);
}

/** Rows whose vectors differ, labels renumbered. */
function differingRows(
  ours: Matrix,
  expected: readonly (number | null)[][],
  same: Map<number, number>,
  excluded: readonly number[],
): number[] {
  expect([ours.rows, ours.columns]).toEqual([expected.length, same.size - 1]);
  const rows = new Set<number>();
  for (let label = 0; label < ours.columns; label++) {
    const column = Float64Array.from({ length: ours.rows }, (_, i) => ours.data[i * ours.columns + label]!);
    const theirs = expected.map((row) => row[same.get(label)!]!);
    for (const row of differing(column, theirs, membershipTolerance, excluded)) rows.add(row);
  }
  return [...rows];
}
