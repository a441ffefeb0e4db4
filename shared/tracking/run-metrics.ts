import { type Manifest } from '../artifacts/manifest.js';
import { type StructureMetrics } from '../contracts/structure-metrics.js';
import { type EpochLoss } from '../autoencoder/loss-csv.js';
import { type Comparison } from '../stability/comparison-schema.js';

export interface Metric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970, of workflow time: a repeat logs the very same point, which MLflow keeps once. */
  readonly timestamp: number;
  readonly step: number;
}

/** Everything of a run that is a number; what a run does not have is left out. */
export function runMetrics(
  { summary, training, ingest, timings }: Manifest,
  comparison: Comparison,
  losses: readonly EpochLoss[],
  finishedAt: number,
): Metric[] {
  const values: [string, number | null | undefined][] = [
    ['retailers/all', summary.retailers],
    ['retailers/eligible', summary.eligible],
    ['retailers/common', comparison.retailers.common],
    ['retailers/joined', comparison.retailers.joined],
    ['retailers/left', comparison.retailers.left],
    ['rows/used', ingest.used],
    ['rows/rejected', ingest.rejected],
    ...structure('segments', summary.segments),
    ...structure('latent', summary.latent),
    ...structure('mixture', summary.mixture),
    ...structure('raw', summary.raw),
    ...structure('pca', summary.controls.pca),
    ...structure('untrained', summary.controls.untrained),
    ['kept/segments', summary.shareKept],
    ...Object.entries(summary.keptBySpace).map(([space, kept]): [string, number | null] => [
      `kept/${space}`,
      kept,
    ]),
    ...agreement('agreement', comparison.agreement.withNoise),
    ...agreement('agreement_without_noise', comparison.agreement.withoutNoise),
    ['jaccard/mean', mean(comparison.segments.map(({ jaccard }) => jaccard))],
    ['jaccard/least', least(comparison.segments.map(({ jaccard }) => jaccard))],
    ['jaccard/bootstrap_mean', mean(comparison.segments.map(({ bootstrapJaccard }) => bootstrapJaccard))],
    ['jaccard/bootstrap_least', least(comparison.segments.map(({ bootstrapJaccard }) => bootstrapJaccard))],
    ['drift/psi_greatest', greatest(comparison.drift.features.map(({ psi }) => psi))],
    ['drift/ks_greatest', greatest(comparison.drift.features.map(({ ks }) => ks))],
    ['drift/reconstruction_ratio', comparison.drift.reconstruction?.ratio],
    ['training/epochs', training.epochs],
    ['training/best_epoch', training.bestEpoch],
    ['training/loss', training.trainLoss],
    ['training/validation_loss', training.validationLoss],
    ...timings.map(({ stage, startedAt, finishedAt: ended }): [string, number | undefined] => [
      `seconds/${stage}`,
      startedAt === undefined || ended === undefined ? undefined : (ended - startedAt) / 1000,
    ]),
  ];
  const timestamp = finishedAt;
  const curves = losses.flatMap(({ epoch, train, validation }): Metric[] => [
    { key: 'loss/train', value: train, timestamp, step: epoch },
    ...(validation === null ? [] : [{ key: 'loss/validation', value: validation, timestamp, step: epoch }]),
  ]);
  return [
    ...values.flatMap(([key, value]) =>
      typeof value === 'number' && Number.isFinite(value) ? [{ key, value, timestamp, step: 0 }] : [],
    ),
    ...curves,
  ];
}

function structure(space: string, metrics: StructureMetrics | null): [string, number][] {
  if (metrics === null) return [];
  return [
    [`${space}/clusters`, metrics.clusters],
    [`${space}/noise`, metrics.noise],
    [`${space}/largest_share`, metrics.largestShare],
    [`${space}/effective_clusters`, metrics.effectiveClusters],
  ];
}

function agreement(name: string, found: Comparison['agreement']['withNoise']): [string, number][] {
  if (found === null) return [];
  return [
    [`${name}/adjusted_rand_index`, found.adjustedRandIndex],
    [`${name}/adjusted_mutual_information`, found.adjustedMutualInformation],
    [`${name}/variation_of_information`, found.variationOfInformation],
  ];
}

const present = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

function mean(values: readonly (number | null)[]): number | undefined {
  const known = present(values);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function least(values: readonly (number | null)[]): number | undefined {
  const known = present(values);
  return known.length === 0 ? undefined : Math.min(...known);
}

function greatest(values: readonly (number | null)[]): number | undefined {
  const known = present(values);
  return known.length === 0 ? undefined : Math.max(...known);
}
