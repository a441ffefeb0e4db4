import { type Config } from '../contracts/config.js';
import { SegmentsError } from '../errors.js';
import { type Matrix, zeros } from '../numeric/matrix.js';
import { type Table, valuesOf } from '../tabular/column.js';
import { featureNames } from './definitions.js';
import { type FeatureSet, featureSets } from './feature-definition.js';
import { robustSpread } from './robust-spread.js';

/** How one feature is scaled: (x − centre) / scale. */
export interface FeatureScale {
  readonly name: string;
  /** Median of the retailers that have the feature: also what the others are given. */
  readonly centre: number;
  readonly scale: number;
  /** What `scale` is: the interquartile range, or where that is 0 the standard deviation, or 1 where every value is equal. */
  readonly spread: 'iqr' | 'sd' | 'constant';
  /** Retailers without the feature when the scaler was fitted. */
  readonly missing: number;
}

export interface Scaler {
  /** Scaled values are clipped to ± this. */
  readonly clip: number;
  /** Retailers that it was fitted on. */
  readonly retailers: number;
  /** In the order of the matrix's columns. */
  readonly sets: Readonly<Record<FeatureSet, readonly FeatureScale[]>>;
  /** Features that no retailer had: they are no columns of the matrix. */
  readonly leftOut: readonly string[];
}

export interface ScaledFeatures {
  /** A row a retailer, in the table's order; a column a feature of `names`. */
  readonly matrix: Matrix;
  readonly names: readonly string[];
  /** Values that were missing and took the median, by feature; features without any are left out. */
  readonly missing: Readonly<Record<string, number>>;
}

/** Fits centre and scale of both feature sets on the table of `features.parquet`. */
export function fitScaler(table: Table, config: Config['scaling']): Scaler {
  const fitted = new Map<string, FeatureScale>();
  const leftOut: string[] = [];
  for (const name of featureSets.flatMap(featureNames)) {
    const values = valuesOf(table, name, 'double');
    const present = values.filter((value) => Number.isFinite(value)).sort();
    if (present.length === 0) leftOut.push(name);
    else fitted.set(name, { name, ...robustSpread(present), missing: values.length - present.length });
  }
  const scales = (set: FeatureSet): FeatureScale[] =>
    featureNames(set).flatMap((name) => fitted.get(name) ?? []);
  return {
    clip: config.clip,
    retailers: table.rows,
    sets: { classic: scales('classic'), shape: scales('shape') },
    leftOut,
  };
}

/**
 * Scales one feature set with a scaler, fitted here or in an earlier run. A missing value becomes 0, which is the
 * median; so does every value of a feature that was constant when the scaler was fitted: nothing is known of it, such
 * as the season of a calendar month that had not come yet. Throws InvalidMatrix where the scaler has no feature of the set.
 */
export function applyScaler(scaler: Scaler, table: Table, set: FeatureSet): ScaledFeatures {
  const scales = scaler.sets[set];
  if (scales.length === 0) {
    throw new SegmentsError('InvalidMatrix', `every ${set} feature is missing for every retailer`, {
      where: 'scaler.json',
      remedy: 'Check the sales: no month of any eligible retailer has a quantity above 0.',
    });
  }
  const matrix = zeros(table.rows, scales.length);
  const missing: Record<string, number> = {};
  scales.forEach(({ name, centre, scale, spread }, column) => {
    const values = valuesOf(table, name, 'double');
    let absent = 0;
    for (let row = 0; row < table.rows; row++) {
      const scaled = (values[row]! - centre) / scale;
      if (Number.isNaN(scaled)) absent++;
      else if (spread !== 'constant') {
        const clipped = Math.min(scaler.clip, Math.max(-scaler.clip, scaled));
        matrix.data[row * scales.length + column] = clipped;
      }
    }
    if (absent > 0) missing[name] = absent;
  });
  return { matrix, names: scales.map(({ name }) => name), missing };
}
