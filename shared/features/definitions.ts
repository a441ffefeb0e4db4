import { classicFeatures } from './classic-features.js';
import { type FeatureDefinition, type FeatureSet } from './feature-definition.js';
import { shapeFeatures } from './shape-features.js';

/** Every feature, in the order of the columns of `features.parquet`: what code, docs and report say about them. */
export const featureDefinitions: readonly FeatureDefinition[] = [...classicFeatures, ...shapeFeatures];

/** Names of a set's features, in order. */
export function featureNames(set: FeatureSet): readonly string[] {
  return featureDefinitions.filter((definition) => definition.set === set).map(({ name }) => name);
}
