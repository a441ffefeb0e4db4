import { type Matrix } from '../numeric/matrix.js';

export interface SteadyAssignment {
  /** A retailer each, −1 noise. */
  readonly labels: Int32Array;
  /** Probability of the steadied label, 0 for noise. */
  readonly strengths: Float64Array;
  /** Retailers that the margin kept from their raw label. */
  readonly held: number;
  /** A retailer each: the cluster that the evidence points to and the margin kept it from; −2 where there is none. */
  readonly target: Int32Array;
  /** A retailer each: runs in a row, this one included, in which the evidence pointed to `target`; 0 where there is none. */
  readonly waited: Int32Array;
}

/** What the run before knew of retailers that it held back. */
export interface WaitingClusters {
  /** A retailer each: the cluster that now carries the segment in which it would have been, −1 where none does, −2 unknown. */
  readonly cluster: Int32Array;
  /** For how many runs in a row. */
  readonly runs: Int32Array;
}

/**
 * Hysteresis: a retailer leaves its previous segment only when the evidence for another passes `moveMargin`, or has
 * pointed there for `movePersistence` runs in a row, or its own months prove that it changed; it crosses into or out of noise only when its density is clearly
 * below or above the line.
 */
export function steadyAssignment(input: {
  /** A retailer each: this run's own label, −1 noise. */
  readonly raw: Int32Array;
  /** n × k: probability of each cluster. */
  readonly posterior: Matrix;
  /** A retailer each: cluster of its previous segment, −1 noise, −2 none (`Identification.previousCluster`). */
  readonly previous: Int32Array;
  /** Probability of the new cluster from which a retailer moves, 0 to 1. */
  readonly moveMargin: number;
  /** Runs in a row after which weaker evidence moves it too; undefined: never. */
  readonly movePersistence?: number | undefined;
  readonly waiting?: WaitingClusters | undefined;
  /** A retailer each: the cluster that its own months prove it to be in now, −2 for none. It moves there without a margin. */
  readonly proven?: Int32Array | undefined;
  /**
   * Where given: a clustered retailer becomes noise only below `enter`, noise is clustered only from `leave` on. `density` is any
   * measure that is greater where retailers lie denser.
   */
  readonly noise?:
    { readonly density: Float64Array; readonly enter: number; readonly leave: number } | undefined;
}): SteadyAssignment {
  const { raw, posterior, previous, moveMargin, noise, waiting } = input;
  const persistence = input.movePersistence ?? Infinity;
  const k = posterior.columns;
  const labels = new Int32Array(raw.length);
  const strengths = new Float64Array(raw.length);
  const target = new Int32Array(raw.length).fill(-2);
  const waited = new Int32Array(raw.length);
  let held = 0;
  for (let i = 0; i < raw.length; i++) {
    const was = previous[i]!;
    const proven = input.proven?.[i] ?? -2;
    if (proven >= 0) {
      labels[i] = proven;
      strengths[i] = posterior.data[i * k + proven]!;
      continue;
    }
    let label = raw[i]!;
    if (noise !== undefined && was !== -2) {
      const density = noise.density[i]!;
      if (was >= 0 && label < 0 && density >= noise.enter) label = mostLikely(posterior, i);
      if (was === -1 && label >= 0 && density < noise.leave) label = -1;
    }
    if (was >= 0 && label >= 0 && label !== was && posterior.data[i * k + label]! < moveMargin) {
      const runs = 1 + (waiting?.cluster[i] === label ? waiting.runs[i]! : 0);
      if (runs < persistence) {
        target[i] = label;
        waited[i] = runs;
        label = was;
      }
    }
    labels[i] = label;
    strengths[i] = label < 0 ? 0 : posterior.data[i * k + label]!;
    if (label !== raw[i]) held++;
  }
  return { labels, strengths, held, target, waited };
}

function mostLikely(posterior: Matrix, i: number): number {
  const k = posterior.columns;
  let best = 0;
  for (let c = 1; c < k; c++) if (posterior.data[i * k + c]! > posterior.data[i * k + best]!) best = c;
  return best;
}
