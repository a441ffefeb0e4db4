import { findExemplars } from './exemplars.js';
import { corrupt, readModelFile, writeModelFile } from './model-file.js';
import { type HdbscanModel } from './model.js';
import { f64FromText, i32FromText, toText } from './typed-array-text.js';

/** A model as bytes, without its trees: the same fit gives the same bytes, and numbers survive to the last bit. */
export function serialiseHdbscan(model: HdbscanModel): Uint8Array {
  const { clustering, points } = model;
  const { condensedTree } = clustering;
  return writeModelFile({
    rows: points.rows,
    columns: points.columns,
    metric: model.metric,
    alpha: model.alpha,
    minSamples: model.minSamples,
    minClusterSize: model.minClusterSize,
    condensedClusters: condensedTree.parent.length,
    clusters: clustering.clusterOf.length,
    relativeValidity: clustering.relativeValidity,
    points: toText(points.data),
    innerCoreDistances: toText(model.innerCoreDistances),
    condensedParent: toText(condensedTree.parent),
    condensedBirth: toText(condensedTree.birth),
    condensedDeath: toText(condensedTree.death),
    condensedSize: toText(condensedTree.size),
    condensedStability: toText(condensedTree.stability),
    pointCluster: toText(condensedTree.pointCluster),
    pointLambda: toText(condensedTree.pointLambda),
    labels: toText(clustering.labels),
    clusterOf: toText(clustering.clusterOf),
    labelOf: toText(clustering.labelOf),
    rootLambda: toText(Float64Array.of(clustering.rootLambda)),
    probabilities: toText(clustering.probabilities),
    persistence: toText(clustering.persistence),
    outlierScores: toText(clustering.outlierScores),
  });
}

/** The inverse of `serialiseHdbscan`: predicts the same. @throws SegmentsError ArtifactCorrupt, ArtifactVersion. */
export function loadHdbscan(bytes: Uint8Array, where = 'hdbscan.json.gz'): HdbscanModel {
  const body = readModelFile(bytes, where);
  const { rows: n, columns, condensedClusters, clusters } = body;
  type Arrays = { [Name in keyof typeof body as (typeof body)[Name] extends string ? Name : never]: unknown };
  const checked = <Values extends Float64Array | Int32Array>(
    name: keyof Arrays,
    values: Values,
    length: number,
  ): Values => {
    if (values.length === length) return values;
    throw corrupt(where, `${name} holds ${values.length} numbers; ${length} expected`);
  };
  const f64 = (name: keyof Arrays, length: number) => checked(name, f64FromText(body[name]), length);
  const i32 = (name: keyof Arrays, length: number, least: number, below: number): Int32Array => {
    const values = checked(name, i32FromText(body[name]), length);
    const at = values.findIndex((value) => value < least || value >= below);
    if (at < 0) return values;
    throw corrupt(where, `${name}[${at}] is ${values[at]}; expected ${least} to ${below - 1}`);
  };

  const condensedTree = {
    parent: i32('condensedParent', condensedClusters, -1, condensedClusters),
    birth: f64('condensedBirth', condensedClusters),
    death: f64('condensedDeath', condensedClusters),
    size: i32('condensedSize', condensedClusters, 1, n + 1),
    stability: f64('condensedStability', condensedClusters),
    pointCluster: i32('pointCluster', n, 0, condensedClusters),
    pointLambda: f64('pointLambda', n),
  };
  const labelling = {
    labels: i32('labels', n, -1, clusters),
    clusterOf: i32('clusterOf', clusters, 0, condensedClusters),
    labelOf: i32('labelOf', condensedClusters, -1, clusters),
    rootLambda: f64('rootLambda', 1)[0]!,
  };
  return {
    points: { data: f64('points', n * columns), rows: n, columns },
    metric: body.metric,
    alpha: body.alpha,
    minSamples: body.minSamples,
    minClusterSize: body.minClusterSize,
    innerCoreDistances: f64('innerCoreDistances', n),
    clustering: {
      ...labelling,
      probabilities: f64('probabilities', n),
      persistence: f64('persistence', clusters),
      outlierScores: f64('outlierScores', n),
      exemplars: findExemplars(condensedTree, labelling),
      condensedTree,
      relativeValidity: body.relativeValidity,
    },
  };
}
