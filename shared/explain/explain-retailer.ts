import { type Config } from '../contracts/config.js';
import { type FeatureScale } from '../features/scaler.js';
import { type Matrix } from '../numeric/matrix.js';

export interface ExplainRequest {
  /** Scaled features of all retailers of the run: the representation's input. */
  readonly scaled: Matrix;
  readonly scales: readonly FeatureScale[];
  /** A retailer each, null without a segment. */
  readonly segmentIds: readonly (string | null)[];
  /** Row of the retailer. */
  readonly row: number;
  /** Segment of each cluster, null for a cluster that nobody is in. */
  readonly segmentOfCluster: readonly (string | null)[];
  /** Probability of each cluster, rows of scaled features × clusters. */
  readonly posterior: (rows: Matrix) => Matrix;
  /** Probability from which a retailer leaves its segment. */
  readonly moveMargin: Config['mixture']['moveMargin'];
}

/** How the retailer differs from all retailers in one feature; values as in `features.parquet`, means over the scaled values. */
export interface RetailerTrait {
  readonly feature: string;
  readonly value: number;
  /** Mean of its segment; null without one. */
  readonly segmentMean: number | null;
  readonly overallMean: number;
  /** (value − overallMean) / standard deviation of all retailers. */
  readonly z: number;
}

/** A change of one feature, everything else as it is, that would take the retailer to another segment. */
export interface MovingChange {
  readonly feature: string;
  readonly from: number;
  readonly to: number;
  /** to − from in standard deviations of all retailers. */
  readonly step: number;
  readonly segmentId: string;
  /** Of that segment, after the change. */
  readonly probability: number;
}

/** How far the retailer is from the typical one of the likeliest other segment, in all features together. */
export interface JointMove {
  readonly segmentId: string;
  /** Share of the way to that segment's mean at which the retailer would move; null where even the whole way does not. */
  readonly shareOfWay: number | null;
  /** What changes most on that way, as far as it has to go; at most three. */
  readonly changes: readonly { readonly feature: string; readonly from: number; readonly to: number }[];
}

export interface RetailerExplanation {
  readonly segmentId: string | null;
  /** Likeliest first. */
  readonly probabilities: readonly { readonly segmentId: string; readonly probability: number }[];
  /** Strongest first. */
  readonly traits: readonly RetailerTrait[];
  /** Smallest step first, one a feature; features that cannot move it alone are left out. */
  readonly moves: readonly MovingChange[];
  /** Null where there is no other segment. */
  readonly together: JointMove | null;
}

const gridSteps = 120;
const waySteps = 50;
const jointFeatures = 3;

/** Why a retailer is in its segment and what would move it, by the run's own model. */
export function explainRetailer(request: ExplainRequest): RetailerExplanation {
  const { scaled, scales, row, segmentIds, segmentOfCluster, posterior } = request;
  const d = scaled.columns;
  const own = scaled.data.slice(row * d, (row + 1) * d);
  const segmentId = segmentIds[row]!;
  const all = moments(scaled, () => true);
  const inSegment = segmentId === null ? undefined : moments(scaled, (i) => segmentIds[i] === segmentId);
  const natural = (j: number, value: number): number => value * scales[j]!.scale + scales[j]!.centre;

  const here = bySegment(posterior({ data: own, rows: 1, columns: d }), 0, segmentOfCluster);
  const probabilities = [...here]
    .map(([id, probability]) => ({ segmentId: id, probability }))
    .sort((a, b) => b.probability - a.probability || (a.segmentId < b.segmentId ? -1 : 1));

  const traits = scales.map(({ name }, j): RetailerTrait => ({
    feature: name,
    value: natural(j, own[j]!),
    segmentMean: inSegment === undefined ? null : natural(j, inSegment.means[j]!),
    overallMean: natural(j, all.means[j]!),
    z: all.deviations[j]! > 0 ? (own[j]! - all.means[j]!) / all.deviations[j]! : 0,
  }));
  traits.sort((a, b) => Math.abs(b.z) - Math.abs(a.z));

  const moves = scales.flatMap(({ name }, j): MovingChange[] => {
    const found = singleMove(request, own, j);
    if (found === undefined) return [];
    const spread = all.deviations[j]! > 0 ? all.deviations[j]! : 1;
    return [
      {
        feature: name,
        from: natural(j, own[j]!),
        to: natural(j, found.value),
        step: (found.value - own[j]!) / spread,
        segmentId: found.segmentId,
        probability: found.probability,
      },
    ];
  });
  moves.sort((a, b) => Math.abs(a.step) - Math.abs(b.step));

  const other = probabilities.find((each) => each.segmentId !== segmentId);
  const together =
    other === undefined ? null : jointMove(request, own, all.deviations, other.segmentId, natural);
  return { segmentId, probabilities, traits, moves, together };
}

function moments(
  { data, rows, columns }: Matrix,
  member: (i: number) => boolean,
): { means: Float64Array; deviations: Float64Array } {
  const means = new Float64Array(columns);
  const squares = new Float64Array(columns);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    if (!member(i)) continue;
    count++;
    for (let j = 0; j < columns; j++) means[j] = means[j]! + data[i * columns + j]!;
  }
  for (let j = 0; j < columns; j++) means[j] = means[j]! / count;
  for (let i = 0; i < rows; i++) {
    if (!member(i)) continue;
    for (let j = 0; j < columns; j++) {
      squares[j] = squares[j]! + (data[i * columns + j]! - means[j]!) ** 2;
    }
  }
  return { means, deviations: squares.map((sum) => Math.sqrt(sum / count)) };
}

/** Probability of each segment in one row of a posterior. */
function bySegment(
  { data, columns }: Matrix,
  row: number,
  segmentOfCluster: readonly (string | null)[],
): Map<string, number> {
  const sums = new Map<string, number>();
  segmentOfCluster.forEach((id, cluster) => {
    if (id === null || cluster >= columns) return;
    sums.set(id, (sums.get(id) ?? 0) + data[row * columns + cluster]!);
  });
  return sums;
}

/** The segment that would win over the present one with `moveMargin`, if any. */
function winner(
  probabilities: ReadonlyMap<string, number>,
  present: string | null,
  moveMargin: number,
): { segmentId: string; probability: number } | undefined {
  for (const [segmentId, probability] of probabilities) {
    if (segmentId !== present && probability >= moveMargin) return { segmentId, probability };
  }
  return undefined;
}

/** The nearest value of one feature, on a fine grid over what retailers of the run have, at which it would move. */
function singleMove(
  { scaled, segmentIds, row, segmentOfCluster, posterior, moveMargin }: ExplainRequest,
  own: Float64Array,
  j: number,
): { value: number; segmentId: string; probability: number } | undefined {
  const d = own.length;
  let [low, high] = [own[j]!, own[j]!];
  for (let at = j; at < scaled.data.length; at += d) {
    low = Math.min(low, scaled.data[at]!);
    high = Math.max(high, scaled.data[at]!);
  }
  const values = Array.from({ length: gridSteps + 1 }, (_, s) => low + ((high - low) * s) / gridSteps);
  const data = new Float64Array(values.length * d);
  values.forEach((value, s) => {
    data.set(own, s * d);
    data[s * d + j] = value;
  });
  const tried = posterior({ data, rows: values.length, columns: d });
  const found = values.flatMap((value, s) => {
    const to = winner(bySegment(tried, s, segmentOfCluster), segmentIds[row]!, moveMargin);
    return to === undefined ? [] : [{ value, ...to }];
  });
  found.sort((a, b) => Math.abs(a.value - own[j]!) - Math.abs(b.value - own[j]!));
  return found[0];
}

/** The way from the retailer to the mean of another segment, as far as it has to be gone. */
function jointMove(
  { scaled, scales, segmentIds, row, segmentOfCluster, posterior, moveMargin }: ExplainRequest,
  own: Float64Array,
  deviations: Float64Array,
  segmentId: string,
  natural: (j: number, value: number) => number,
): JointMove {
  const d = own.length;
  const { means } = moments(scaled, (i) => segmentIds[i] === segmentId);
  const at = (share: number): Float64Array => own.map((value, j) => value + share * (means[j]! - value));
  const data = new Float64Array(waySteps * d);
  for (let s = 1; s <= waySteps; s++) data.set(at(s / waySteps), (s - 1) * d);
  const tried = posterior({ data, rows: waySteps, columns: d });
  let shareOfWay: number | null = null;
  for (let s = 1; s <= waySteps && shareOfWay === null; s++) {
    const probabilities = bySegment(tried, s - 1, segmentOfCluster);
    const to = winner(probabilities, segmentIds[row]!, moveMargin);
    if (to?.segmentId === segmentId) shareOfWay = s / waySteps;
  }
  const target = at(shareOfWay ?? 1);
  const changes = scales
    .map(({ name }, j) => ({
      feature: name,
      from: natural(j, own[j]!),
      to: natural(j, target[j]!),
      step: deviations[j]! > 0 ? Math.abs(target[j]! - own[j]!) / deviations[j]! : 0,
    }))
    .sort((a, b) => b.step - a.step)
    .slice(0, jointFeatures)
    .map(({ feature, from, to }) => ({ feature, from, to }));
  return { segmentId, shareOfWay, changes };
}
