import { type Autoencoder } from '../autoencoder/autoencoder.js';
import { sameNames } from '../features/same-names.js';
import { encode } from '../autoencoder/encode.js';
import { loadAutoencoder } from '../autoencoder/load-autoencoder.js';
import { moveRigidly, procrustes } from '../numeric/procrustes.js';
import { type Matrix } from '../numeric/matrix.js';
import { attributeChange, type ChangeAttribution } from '../stability/change-attribution.js';
import { labelPoints, type ScoreRequest, segmentsOfClusters } from './score-retailers.js';

/** A finished run's saved models. */
export type SavedModels = Omit<ScoreRequest, 'scaled'>;

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

/**
 * Puts the same retailers through both runs' models with both months' data, and says what moved them. Null where either
 * model was trained on other features than it would be given, as after a change of `features.representation`.
 */
export function attributeModels(request: AttributionRequest): ChangeAttribution | null {
  const { previous, current, oldData, newData, features } = request;
  const encoderOf = ({ autoencoder }: SavedModels): Autoencoder =>
    loadAutoencoder(autoencoder.modelJson, autoencoder.weightsBin);
  const encoders = new Map([previous, current].map((models) => [models, encoderOf(models)]));
  if (!sameNames(encoders.get(previous)!.featureNames, features.oldScale)) return null;
  if (!sameNames(encoders.get(current)!.featureNames, features.newScale)) return null;
  const space = (models: SavedModels, scaled: Matrix): { scaled: Matrix; latent: Matrix } => ({
    scaled,
    latent: encode(encoders.get(models)!, scaled),
  });
  const segments = (models: SavedModels, at: { scaled: Matrix; latent: Matrix }): (string | null)[] =>
    segmentsOfClusters(models.segments, labelPoints(models, at).clusters);

  const oldSpace = space(previous, oldData.oldScale);
  const newSpace = space(current, oldData.newScale);
  const comparable =
    previous.segments.method === current.segments.method &&
    sameNames(features.oldScale, features.newScale) &&
    oldSpace.latent.columns === newSpace.latent.columns;
  return attributeChange({
    oldModelOldData: segments(previous, oldSpace),
    oldModelNewData: segments(previous, space(previous, newData.oldScale)),
    newModelOldData: segments(current, newSpace),
    newModelNewData: segments(current, space(current, newData.newScale)),
    // Encoders are only defined up to a rotation: the new space is laid onto the old one before clusters are compared.
    oldClustersNewSpace: comparable
      ? segments(previous, {
          scaled: newSpace.scaled,
          latent: moveRigidly(procrustes(newSpace.latent, oldSpace.latent), newSpace.latent),
        })
      : undefined,
  });
}
