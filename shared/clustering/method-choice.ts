import { type Config } from '../contracts/config.js';
import { type StructureMetrics } from '../contracts/structure-metrics.js';
import { type Matrix } from '../numeric/matrix.js';
import { silhouette } from './silhouette.js';
import { structureMetrics } from './structure-metrics.js';

export type Method = 'hdbscan' | 'mixture';

/** A method that finds itself again this badly (mean ARI on halves) is given up where the other does better. */
const leastStability = 0.6;
/** Nats that HDBSCAN's clusters must tell again beyond the mixture's to be taken in their place. */
const clearLead = 0.1;

export interface MethodCandidate {
  /** A retailer each, −1 noise. */
  readonly labels: Int32Array;
  /** How well the method finds its clusters again on halves of the data (`resampledStability`), where measured. */
  readonly stability?: number | undefined;
  /** Nats that its clusters tell again there (`reproducedInformation`): by them coarse and fine clusterings compare. */
  readonly information?: number | undefined;
  /** Why its clusters are not to be published, from elsewhere: "there is no density structure". */
  readonly problems?: readonly string[] | undefined;
}

/** What speaks for and against a method, as the manifest keeps it. */
export interface MethodEvidence {
  readonly metrics: StructureMetrics;
  /** Mean silhouette over all spaces, noise counted 0; null with fewer than two clusters. */
  readonly silhouette: number | null;
  readonly stability: number | null;
  readonly information: number | null;
  /** Why its clusters could not be published; empty where they could. */
  readonly problems: readonly string[];
}

export interface MethodChoice {
  readonly method: Method;
  /** In words, the deciding one first. */
  readonly reasons: readonly string[];
  readonly evidence: Readonly<Record<Method, MethodEvidence>>;
}

const names: Record<Method, string> = { hdbscan: 'HDBSCAN', mixture: 'The Gaussian mixture' };

function problemsOf(metrics: StructureMetrics, limits: Config['gate']): string[] {
  const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
  const problems: string[] = [];
  if (metrics.clusters < 2)
    problems.push(`it finds ${metrics.clusters} cluster${metrics.clusters === 1 ? '' : 's'}`);
  if (metrics.noise > limits.maxNoiseShare) problems.push(`it leaves ${percent(metrics.noise)} as noise`);
  if (metrics.largestShare > limits.maxLargestShare) {
    problems.push(`its largest cluster holds ${percent(metrics.largestShare)}`);
  }
  return problems;
}

function evidenceOf(
  candidate: MethodCandidate,
  spaces: readonly Matrix[],
  limits: Config['gate'],
  seed: number,
): MethodEvidence {
  const metrics = structureMetrics(candidate.labels);
  const widths = spaces.map((space) => silhouette(space, candidate.labels, seed));
  const mean = widths.reduce<number>((sum, width) => sum + (width ?? 0), 0) / widths.length;
  return {
    metrics,
    silhouette: widths.some((width) => width === null) ? null : mean,
    stability: candidate.stability ?? null,
    information: candidate.information ?? null,
    problems: [...problemsOf(metrics, limits), ...(candidate.problems ?? [])],
  };
}

/** Which of two publishable clusterings is better, and why. Equal evidence goes to the mixture: it labels everybody. */
function better(evidence: Record<Method, MethodEvidence>): { method: Method; reason: string } {
  const { hdbscan, mixture } = evidence;
  const widths = { hdbscan: hdbscan.silhouette ?? -1, mixture: mixture.silhouette ?? -1 };
  const silhouettes = (method: Method, other: Method): string =>
    `silhouette ${widths[method].toFixed(3)} beside ${widths[other].toFixed(3)}`;
  if (hdbscan.information !== null && mixture.information !== null) {
    const lead = hdbscan.information - mixture.information;
    const again = `on halves of the data HDBSCAN's clusters tell ${hdbscan.information.toFixed(2)} nats again, the mixture's ${mixture.information.toFixed(2)}`;
    if (lead < clearLead)
      return { method: 'mixture', reason: `${names.mixture} is at least as good: ${again}.` };
    // What a market is cut into must also lie apart.
    if (widths.hdbscan <= widths.mixture) {
      return {
        method: 'mixture',
        reason: `${names.mixture} separates clusters better (${silhouettes('mixture', 'hdbscan')}), though ${again}.`,
      };
    }
    return { method: 'hdbscan', reason: `${names.hdbscan} is better found again: ${again}.` };
  }
  const method: Method = widths.hdbscan > widths.mixture ? 'hdbscan' : 'mixture';
  const other: Method = method === 'hdbscan' ? 'mixture' : 'hdbscan';
  return {
    method,
    reason: `${names[method]} separates clusters at least as well: ${silhouettes(method, other)}.`,
  };
}

/**
 * Chooses whose clusters become segments. Pinned by `clusterer`, or, for `auto`: the previous run's method for as
 * long as its clusters can be published and are found again; else the one that is more stable, then better separated.
 * All `spaces` have a row a retailer; separation is averaged over them, so that neither method is judged in its own only.
 */
export function chooseMethod(input: {
  readonly clusterer: Config['clusterer'];
  readonly hdbscan: MethodCandidate;
  readonly mixture: MethodCandidate;
  readonly spaces: readonly Matrix[];
  readonly limits: Config['gate'];
  readonly seed: number;
  readonly previous?: Method | undefined;
}): MethodChoice {
  const { clusterer, spaces, limits, seed, previous } = input;
  const evidence = {
    hdbscan: evidenceOf(input.hdbscan, spaces, limits, seed),
    mixture: evidenceOf(input.mixture, spaces, limits, seed),
  };
  const against = (method: Method): string =>
    `${names[method]} cannot be used: ${evidence[method].problems.join(', ')}.`;
  if (clusterer !== 'auto') {
    const reasons = [`${names[clusterer]} is pinned by the config.`];
    if (evidence[clusterer].problems.length > 0) reasons.push(against(clusterer));
    return { method: clusterer, reasons, evidence };
  }

  const sound = (['mixture', 'hdbscan'] as const).filter((method) => evidence[method].problems.length === 0);
  if (sound.length === 0) {
    const method = previous ?? 'mixture';
    return {
      method,
      reasons: [
        `Neither method finds publishable clusters; ${method} is kept for the record.`,
        against('hdbscan'),
        against('mixture'),
      ],
      evidence,
    };
  }
  if (previous !== undefined && sound.includes(previous)) {
    const { stability } = evidence[previous];
    if (stability === null || stability >= leastStability || sound.length === 1) {
      return {
        method: previous,
        reasons: [`${names[previous]} was the previous run's method and stays good.`],
        evidence,
      };
    }
    const choice = better(evidence);
    const doubt = `${names[previous]}, the previous run's method, finds its clusters again at an ARI of only ${stability.toFixed(2)}.`;
    return { method: choice.method, reasons: [choice.reason, doubt], evidence };
  }
  if (sound.length === 1) {
    const [method] = sound as [Method];
    const other: Method = method === 'hdbscan' ? 'mixture' : 'hdbscan';
    return { method, reasons: [against(other)], evidence };
  }
  const choice = better(evidence);
  const reasons = previous === undefined ? [choice.reason] : [choice.reason, against(previous)];
  return { method: choice.method, reasons, evidence };
}
