import { sameNames } from '../features/same-names.js';
import { encode } from '../autoencoder/encode.js';
import { loadAutoencoder } from '../autoencoder/load-autoencoder.js';
import { moveRigidly, procrustes } from '../numeric/procrustes.js';
import { type Matrix } from '../numeric/matrix.js';
import { attributeChange, type ChangeAttribution } from '../stability/change-attribution.js';
import { pointLabeller, type ScoreRequest, segmentsOfClusters } from './score-retailers.js';

/** A finished run's saved models. */
export type SavedModels = Omit<ScoreRequest, 'scaled' | 'recent'>;

/** Rows are the retailers in both runs, in one order. */
export interface AttributionRequest {
  readonly previous: SavedModels;
  readonly current: SavedModels;
  /** The previous month's features, scaled by the previous run and by this one. */
  readonly oldData: { readonly oldScale: Matrix; readonly newScale: Matrix };
  /** This month's. */
  readonly newData: { readonly oldScale: Matrix; readonly newScale: Matrix };
  /** What the columns are under either scaling. */
  readonly features: { readonly oldScale: readonly string[]; readonly newScale: readonly string[] };
}

interface OpenedRun {
  /** What its models were trained on. */
  readonly features: readonly string[];
  /** The space that its method of record looks at: HDBSCAN's is the embedding, the mixture's the features themselves. */
  readonly spaceOf: (scaled: Matrix) => Matrix;
  readonly segmentsOf: (points: Matrix) => (string | null)[];
}

function openRun(models: SavedModels): OpenedRun {
  const { segments, autoencoder } = models;
  const encoder = loadAutoencoder(autoencoder.modelJson, autoencoder.weightsBin);
  const label = pointLabeller(models);
  return {
    features: encoder.featureNames,
    spaceOf: (scaled) => (segments.method === 'hdbscan' ? encode(encoder, scaled) : scaled),
    segmentsOf: (points) => segmentsOfClusters(segments, label(points).clusters),
  };
}

/**
 * Puts the same retailers through both runs' models with both months' data, and says what moved them. Null where either
 * model was trained on other features than it would be given, as after a change of `features.representation`.
 */
export function attributeModels(request: AttributionRequest): ChangeAttribution | null {
  const { oldData, newData, features } = request;
  const { method } = request.current.segments;
  const [previous, current] = [openRun(request.previous), openRun(request.current)];
  if (!sameNames(previous.features, features.oldScale)) return null;
  if (!sameNames(current.features, features.newScale)) return null;

  const oldSpace = previous.spaceOf(oldData.oldScale);
  const newSpace = current.spaceOf(oldData.newScale);
  const comparable =
    request.previous.segments.method === method &&
    sameNames(previous.features, current.features) &&
    oldSpace.columns === newSpace.columns;
  // Encoders are only defined up to a rotation: the new space is laid onto the old one before clusters are compared.
  const laidOnto = (): Matrix =>
    method === 'hdbscan' ? moveRigidly(procrustes(newSpace, oldSpace), newSpace) : newSpace;
  return attributeChange({
    oldModelOldData: previous.segmentsOf(oldSpace),
    oldModelNewData: previous.segmentsOf(previous.spaceOf(newData.oldScale)),
    newModelOldData: current.segmentsOf(newSpace),
    newModelNewData: current.segmentsOf(current.spaceOf(newData.newScale)),
    oldClustersNewSpace: comparable ? previous.segmentsOf(laidOnto()) : undefined,
  });
}
