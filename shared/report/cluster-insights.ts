import { type Matrix } from '../numeric/matrix.js';

/** Spread of one feature in one cluster; null where nobody in it has a value (or, for `std`, only one has). */
export interface FeatureInsight {
  readonly mean: number | null;
  readonly median: number | null;
  /** Sample standard deviation (divisor n − 1). */
  readonly std: number | null;
}

export interface ClusterInsight {
  readonly space: string;
  /** 0…k−1, −1 noise. */
  readonly cluster: number;
  readonly size: number;
  /** In the order of the features. */
  readonly features: readonly FeatureInsight[];
}

export interface InsightInput {
  /** Unscaled; a row a retailer, NaN where undefined. */
  readonly features: { readonly names: readonly string[]; readonly values: Matrix };
  /** Label of every retailer (row) in each space, −1 noise. */
  readonly spaces: readonly { readonly space: string; readonly labels: Int32Array }[];
}

function describe(values: Float64Array): FeatureInsight {
  const n = values.length;
  if (n === 0) return { mean: null, median: null, std: null };
  // Ascending, so that neither the order of rows nor rounding moves a figure.
  values.sort();
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const half = n >> 1;
  const median = n % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
  return { mean, median, std: n > 1 ? Math.sqrt(squares / (n - 1)) : null };
}

/** Mean, median and standard deviation of every feature, and size, of every cluster: spaces as given, clusters ascending, noise first. */
export function clusterInsights({ features, spaces }: InsightInput): ClusterInsight[] {
  const { data, columns } = features.values;
  return spaces.flatMap(({ space, labels }) => {
    const rowsOf = new Map<number, number[]>();
    labels.forEach((label, i) => {
      const rows = rowsOf.get(label);
      if (rows === undefined) rowsOf.set(label, [i]);
      else rows.push(i);
    });
    const clusters = [...rowsOf].sort(([a], [b]) => a - b);
    return clusters.map(([cluster, rows]) => ({
      space,
      cluster,
      size: rows.length,
      features: features.names.map((_, j) =>
        describe(
          Float64Array.from(rows, (i) => data[i * columns + j]!).filter((value) => !Number.isNaN(value)),
        ),
      ),
    }));
  });
}

/** `cluster_insights.csv`: a row a space and cluster, `space,cluster,size,<feature>_mean,<feature>_median,<feature>_std,…`; every digit kept, empty where undefined. */
export function clusterInsightsCsv(input: InsightInput): string {
  const columns = input.features.names.flatMap((name) => [`${name}_mean`, `${name}_median`, `${name}_std`]);
  const lines = clusterInsights(input).map(({ space, cluster, size, features }) =>
    [
      space,
      cluster,
      size,
      ...features.flatMap(({ mean, median, std }) => [mean ?? '', median ?? '', std ?? '']),
    ].join(','),
  );
  return [['space', 'cluster', 'size', ...columns].join(','), ...lines, ''].join('\n');
}
