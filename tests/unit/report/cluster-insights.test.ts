import { describe, expect, it } from 'vitest';
import { clusterInsights, clusterInsightsCsv } from '../../../shared/report/cluster-insights.js';

const features = {
  names: ['volume', 'trend'],
  values: { rows: 5, columns: 2, data: Float64Array.of(1, 10, 2, NaN, 6, 30, 100, 40, 7, NaN) },
};
const latent = { space: 'latent', labels: Int32Array.of(0, 0, 0, -1, 1) };
const raw = { space: 'raw', labels: Int32Array.of(-1, -1, -1, -1, -1) };

describe('cluster insights', () => {
  it('give size, mean, median and sample standard deviation of every cluster, missing values left out', () => {
    expect(clusterInsights({ features, spaces: [latent] })).toEqual([
      {
        space: 'latent',
        cluster: -1,
        size: 1,
        features: [
          { mean: 100, median: 100, std: null },
          { mean: 40, median: 40, std: null },
        ],
      },
      {
        space: 'latent',
        cluster: 0,
        size: 3,
        features: [
          { mean: 3, median: 2, std: Math.sqrt(7) },
          { mean: 20, median: 20, std: Math.sqrt(200) },
        ],
      },
      {
        space: 'latent',
        cluster: 1,
        size: 1,
        features: [
          { mean: 7, median: 7, std: null },
          { mean: null, median: null, std: null },
        ],
      },
    ]);
  });

  it('write one row a space and cluster, every digit kept and undefined left empty', () => {
    expect(clusterInsightsCsv({ features, spaces: [latent, raw] })).toBe(
      'space,cluster,size,volume_mean,volume_median,volume_std,trend_mean,trend_median,trend_std\n' +
        'latent,-1,1,100,100,,40,40,\n' +
        'latent,0,3,3,2,2.6457513110645907,20,20,14.142135623730951\n' +
        'latent,1,1,7,7,,,,\n' +
        'raw,-1,5,23.2,6,43.00813876465709,26.666666666666668,30,15.275252316519467\n',
    );
  });

  it('do not depend on the order of retailers', () => {
    const data = Float64Array.of(0.1, 1e9, 0.2, -1e9, 0.3, 3, 0.7, 0.1);
    const order = [3, 1, 0, 2];
    const shuffled = Float64Array.from(order.flatMap((i) => [data[2 * i]!, data[2 * i + 1]!]));
    const csv = (values: Float64Array): string =>
      clusterInsightsCsv({
        features: { names: ['a', 'b'], values: { rows: 4, columns: 2, data: values } },
        spaces: [{ space: 'latent', labels: new Int32Array(4) }],
      });
    expect(csv(shuffled)).toBe(csv(data));
  });
});
