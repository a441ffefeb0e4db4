export { minimumSpanningTree } from './minimum-spanning-tree.js';
export { type SpanningTree } from './spanning-tree.js';
export { clustersFromTree, type Clustering } from './clusters-from-tree.js';
export { condensedTreeRows, type CondensedTreeRows } from './condensed-tree-rows.js';
export { fitHdbscan } from './fit-hdbscan.js';
export { approximatePredict, type Prediction } from './approximate-predict.js';
export { type HdbscanFit, type HdbscanModel } from './model.js';
export { loadHdbscan, serialiseHdbscan } from './serialise-hdbscan.js';
export {
  type ClusterOptions,
  type HdbscanOptions,
  type Metric,
  type Selection,
  type SpanningTreeOptions,
} from './options.js';
export { type CondensedTree } from './condensed-tree.js';
export { type SingleLinkageTree } from './single-linkage.js';
export { type WeightedTree } from './weighted-tree.js';
export { membershipVectors } from './membership-vectors.js';
export {
  densityBasedValidity,
  type DensityBasedValidity,
  type ValidityOptions,
} from './density-based-validity.js';
