import { describe, expect, it } from 'vitest';
import { approximatePredict, fitHdbscan } from '../../../shared/clustering/hdbscan/index.js';
import { differing, labelMap } from './compare.js';
import { goldenSets, optionsOf } from './golden-set.js';

const cases = goldenSets().flatMap((set) =>
  Object.entries(set.configs).map(([name, config]) => ({ title: `${set.name} ${name}`, set, config })),
);

describe('fits agree with Python hdbscan 0.8.44 on every row that it does not contradict itself on', () => {
  for (const { title, set, config } of cases.filter(({ set }) => !set.ties)) {
    it(title, async () => {
      const model = await fitHdbscan(set.points, optionsOf(set, config));
      const { labels, clusterOf, probabilities, outlierScores, persistence, exemplars } = model.clustering;
      const { ambiguous } = config;
      const map = labelMap(labels, config.labels, ambiguous.labels);
      const ours = Array.from(map.keys()).filter((label) => label >= 0);
      expect(clusterOf).toHaveLength(config.n_clusters);
      expect(new Set(map.values()).size).toBe(map.size);
      const renumbered = labels.map((label) => map.get(label) ?? -2);
      expect(differing(renumbered, config.labels, 0, ambiguous.labels)).toEqual([]);
      expect(differing(probabilities, config.probabilities, set.tolerance, ambiguous.probabilities)).toEqual([]);
      expect(differing(outlierScores, config.outlier_scores, set.tolerance, ambiguous.outlier_scores)).toEqual([]);
      if (ambiguous.labels.length === 0) {
        for (const label of ours) {
          expect(persistence[label]).toBeCloseTo(config.cluster_persistence[map.get(label)!]!, 6);
          if (config.exemplars) expect([...exemplars[label]!]).toEqual(config.exemplars[map.get(label)!]);
        }
        if (typeof config.relative_validity === "number") {
          expect(model.clustering.relativeValidity).toBeCloseTo(config.relative_validity, 6);
        }
      }
      const total = model.tree.weight.reduce((sum, weight) => sum + weight, 0);
      if (config.mst_total_weight !== undefined) {
        expect(Math.abs(total / config.mst_total_weight - 1)).toBeLessThan(1e-8);
      }

      const reference = config.approximate_predict;
      if (!reference) return;
      const prediction = approximatePredict(model, set.newPoints);
      const predicted = prediction.labels.map((label) => map.get(label) ?? -2);
      expect(differing(predicted, reference.labels, 0, ambiguous.predict)).toEqual([]);
      expect(differing(prediction.strengths, reference.strengths, set.tolerance, ambiguous.predict)).toEqual([]);
    });
  }
});
