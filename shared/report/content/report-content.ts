import { type EpochLoss } from '../../autoencoder/loss-csv.js';
import { type Config } from '../../contracts/config.js';
import { featureNames } from '../../features/definitions.js';
import { type SegmentsFile } from '../../identity/segments-file.js';
import { type Matrix } from '../../numeric/matrix.js';
import { type Comparison } from '../../stability/comparison-schema.js';
import { outside } from '../../stability/transition-matrix.js';
import { type PlacedRetailers, placeRetailers } from '../map/place-retailers.js';
import {
  type HistoryPoint,
  type ReportInput,
  type ReportMap,
  type ReportSegment,
  type TypicalRetailer,
} from '../report-input.js';
import { explainMoves, type MovedRun } from './explain-moves.js';
import { featureHistograms } from './feature-histograms.js';
import { featureSpread, type FeatureSpread } from './feature-spread.js';
import { condensedTree } from './condensed-tree.js';
import { describeSettings, type DensitySettings } from '../../clustering/density-settings.js';
import { sentenceCase } from '../sentence-case.js';
import { segmentProfile, segmentSeasonality } from './segment-profile.js';

/** The figures of a run that its stages reported: they go into the page as they are. */
export type ReportedFigures = Pick<
  ReportInput,
  'asOf' | 'gate' | 'method' | 'structure' | 'ingest' | 'leftWarehouse' | 'eligibility' | 'sales'
> & {
  readonly keptBySpace: NonNullable<ReportInput['keptBySpace']>;
  readonly features: NonNullable<ReportInput['features']>;
  readonly training: Omit<ReportInput['training'], 'losses'>;
};

/** A run's artifacts as tables. Retailers sorted by shop_id, everything in step. */
export interface RunContent extends MovedRun {
  readonly figures: ReportedFigures;
  readonly config: Config;
  readonly codeVersion: string;
  readonly strengths: Float64Array;
  readonly latent: Matrix;
  /** Quantity that each retailer sold in the last twelve months. */
  readonly volumes: Float64Array;
  readonly segments: SegmentsFile;
  /** `hdbscan-latent.json.gz`. */
  readonly hdbscan: Uint8Array;
  /** How it cut the latent space; undefined for a run of a version that did not write it down. */
  readonly latentSettings: DensitySettings | undefined;
  readonly comparison: Comparison;
  readonly losses: readonly EpochLoss[];
  /** By segment. */
  readonly typical: Readonly<Record<string, readonly TypicalRetailer[]>>;
  readonly history: readonly HistoryPoint[];
  readonly previous: PreviousContent | undefined;
}

export interface PreviousContent extends MovedRun {
  readonly map: PlacedRetailers | undefined;
}

const strengthSteps = 10;

/** All that the report shows, from a run's artifacts; and where the map places every retailer. */
export function reportContent(content: RunContent): { input: ReportInput; placed: PlacedRetailers } {
  const { figures, config, segmentIds, segments, comparison, previous, history } = content;
  const model = featureNames(config.features.representation);
  const spread = featureSpread(content.features);
  const described = describeSegments(content, spread, model);
  const placed = placeRetailers(content.shopIds, content.latent, previous?.map);
  const present = new Set(described.map(({ id }) => id));
  const formerNames = Object.fromEntries(
    segments.registry.segments.flatMap(({ id, name }) =>
      present.has(id) || name === undefined ? [] : [[id, sentenceCase(name)]],
    ),
  );
  const places = new Map(described.map(({ id }, place) => [id, place]));
  const map: ReportMap = {
    ...placed,
    segment: Int32Array.from(segmentIds, (id) => (id === null ? -1 : (places.get(id) ?? -1))),
    strength: content.strengths.map((strength) => (Number.isFinite(strength) ? strength : 0)),
    ...(previous && { previousSegment: previousPlaces(content.shopIds, previous, places) }),
    axes: 'first and second principal component of the latent space',
  };
  const input: ReportInput = {
    ...figures,
    segments: described,
    comparison,
    formerNames,
    ...(previous && {
      moves: explainMoves(previous, content, spread, model),
      drifted: featureHistograms(comparison.drift.features, previous.features, content.features),
    }),
    map,
    ...(content.latentSettings && { latentSettings: describeSettings(content.latentSettings) }),
    tree: condensedTree(content.hdbscan, segments),
    history,
    training: { ...figures.training, losses: content.losses },
    provenance: {
      codeVersion: content.codeVersion,
      seeds: { run: config.seed },
      config,
    },
  };
  return { input, placed };
}

function describeSegments(
  content: RunContent,
  spread: FeatureSpread,
  model: readonly string[],
): ReportSegment[] {
  const { segmentIds, strengths, volumes, features, segments, typical } = content;
  const rowsOf = new Map<string, number[]>();
  segmentIds.forEach((id, i) => {
    if (id === null) return;
    const rows = rowsOf.get(id);
    if (rows === undefined) rowsOf.set(id, [i]);
    else rows.push(i);
  });
  const names = new Map(segments.registry.segments.map(({ id, name }) => [id, name]));
  const sold = volumes.reduce((sum, volume) => sum + volume, 0);
  return [...rowsOf.keys()].sort(byNumber).map((id) => {
    const rows = rowsOf.get(id)!;
    const counts = new Array<number>(strengthSteps).fill(0);
    let strength = 0;
    let volume = 0;
    for (const i of rows) {
      const own = strengths[i]!;
      strength += own;
      volume += volumes[i]!;
      counts[Math.min(strengthSteps - 1, Math.floor(own * strengthSteps))]!++;
    }
    const seasonality = segmentSeasonality(features, rows);
    return {
      id,
      name: sentenceCase(names.get(id) ?? id),
      size: rows.length,
      share: rows.length / segmentIds.length,
      ...(sold > 0 && { shareOfVolume: volume / sold }),
      meanStrength: strength / rows.length,
      strengthCounts: counts,
      profile: segmentProfile(features, spread, rows, model),
      ...(seasonality && { seasonality }),
      typical: typical[id] ?? [],
    };
  });
}

function previousPlaces(
  shopIds: readonly string[],
  previous: MovedRun,
  places: ReadonlyMap<string, number>,
): Int32Array {
  const before = new Map(previous.shopIds.map((id, i) => [id, previous.segmentIds[i] ?? outside.noise]));
  return Int32Array.from(shopIds, (id) => {
    const state = before.get(id);
    return state === undefined ? -2 : state === outside.noise ? -1 : (places.get(state) ?? -2);
  });
}

function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
