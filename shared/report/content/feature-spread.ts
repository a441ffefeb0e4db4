import { type NamedFeatures } from '../../stability/feature-drift.js';

/** Mean and standard deviation of every feature over all retailers, missing values left out. */
export interface FeatureSpread {
  readonly means: Float64Array;
  /** Divisor n: these are all retailers, not a sample. */
  readonly deviations: Float64Array;
}

/** Mean of every feature over `rows`, NaN where none has a value. */
export function meansOver({ values }: NamedFeatures, rows: Iterable<number>): Float64Array {
  const { data, columns } = values;
  const sums = new Float64Array(columns);
  const counts = new Float64Array(columns);
  for (const i of rows) {
    for (let j = 0; j < columns; j++) {
      const value = data[i * columns + j]!;
      if (Number.isNaN(value)) continue;
      sums[j] = sums[j]! + value;
      counts[j] = counts[j]! + 1;
    }
  }
  return sums.map((sum, j) => sum / counts[j]!);
}

export function featureSpread(features: NamedFeatures): FeatureSpread {
  const { data, rows, columns } = features.values;
  const means = meansOver(features, Array(rows).keys());
  const squares = new Float64Array(columns);
  const counts = new Float64Array(columns);
  for (let at = 0; at < data.length; at++) {
    const j = at % columns;
    const difference = data[at]! - means[j]!;
    if (Number.isNaN(difference)) continue;
    squares[j] = squares[j]! + difference * difference;
    counts[j] = counts[j]! + 1;
  }
  return { means, deviations: squares.map((sum, j) => Math.sqrt(sum / counts[j]!)) };
}
