import { clusterCount } from '../clustering/cluster-count.js';
import {
  clusterOptionsOf,
  type DensitySettings,
  sameSettings,
  settingsCandidates,
} from '../clustering/density-settings.js';
import { clustersFromTree, minimumSpanningTree } from '../clustering/hdbscan/index.js';
import { worthwhileThreads } from '../clustering/hdbscan/worthwhile-threads.js';
import { fitSoftAssignment, softAssign } from '../clustering/soft-assignment.js';
import { type Config } from '../contracts/config.js';
import { besideOf, type MonthsBeside, monthsGain } from '../courses/months-beside.js';
import { drawRows } from '../numeric/draw-rows.js';
import { gatherRows, type Matrix } from '../numeric/matrix.js';
import { seededRandom } from '../numeric/seeded-random.js';
import { type OnProgress } from '../progress.js';
import { resampleRows } from './bootstrap-jaccard.js';
import { contingency } from './contingency.js';
import { reproducedInformation } from './reproduced-information.js';

/** Nats by which another candidate must beat the previous run's settings: less is noise of the halves. */
const leadToChange = 0.1;
/** Months are asked of at most this many retailers, as by the mixture's search. */
const maxMonthsRows = 3000;

/** What is known of one candidate. */
export interface SettingsEvidence {
  readonly settings: DensitySettings;
  /** After soft assignment. */
  readonly clusters: number;
  /** Reproduced information between its clusters of all retailers and those of halves of them, the mean, in nats. */
  readonly onHalves: number;
  /** The same with the previous run's clusters, on retailers in both; null without any. */
  readonly withPrevious: number | null;
  /** What its clusters explain of the retailers' months more than one cluster does, in nats; null where nobody knows the months. */
  readonly byMonths: number | null;
}

export interface SettingsChoice {
  readonly settings: DensitySettings;
  /** Whether they are the previous run's. */
  readonly held: boolean;
  /** In the order of the candidates; empty where there was nothing to choose. */
  readonly evidence: readonly SettingsEvidence[];
}

export interface SettingsRequest {
  /** Retailers × dimensions of the space to be clustered. */
  readonly points: Matrix;
  readonly config: Config['hdbscan'];
  readonly softAssignment: Config['softAssignment'];
  readonly previous:
    | {
        readonly settings: DensitySettings;
        /** A retailer each: its cluster in the previous run, −1 noise; −2 where it was not there. */
        readonly labels: Int32Array;
      }
    | undefined;
  /** What the same retailers do month by month. */
  readonly beside?: MonthsBeside | undefined;
  readonly halves: number;
  readonly seed: number;
  readonly threads: number;
}

/**
 * HDBSCAN's settings of a space: among the candidates those whose clusters are found again best, on halves of the retailers
 * and in the previous run's clusters, and explain best what retailers do month by month; the previous run's while no other
 * leads clearly. One spanning tree for each number of neighbours serves all its cuts.
 */
export async function chooseDensitySettings(
  request: SettingsRequest,
  onProgress: OnProgress,
): Promise<SettingsChoice> {
  const { points, previous, halves, seed } = request;
  const candidates = settingsCandidates(request.config);
  const kept = candidates.findIndex(
    (each) => previous !== undefined && sameSettings(each, previous.settings),
  );
  if (candidates.length === 1 || points.rows < 4) {
    return { settings: candidates[0]!, held: kept === 0, evidence: [] };
  }
  const trees = new Set(candidates.map(({ minSamples }) => minSamples)).size * (1 + halves);
  let done = 0;
  const step = (): void => onProgress({ phase: 'settings', done: ++done, total: trees });
  const everyone = await cuts(points, candidates, request, step);
  const onHalves = candidates.map(() => 0);
  for (let half = 0; half < halves; half++) {
    const rows = resampleRows(points.rows, 'half', seed, half);
    const found = await cuts(gatherRows(points, rows), candidates, request, step);
    found.forEach((labels, c) => {
      const expected = Int32Array.from(rows, (i) => everyone[c]![i]!);
      onHalves[c] = onHalves[c]! + reproducedInformation(contingency(expected, labels)) / halves;
    });
  }
  const byMonths = monthsOf(request, everyone);
  const evidence = candidates.map((settings, c): SettingsEvidence => ({
    settings,
    clusters: clusterCount(everyone[c]!),
    onHalves: onHalves[c]!,
    withPrevious: previous === undefined ? null : withPrevious(everyone[c]!, previous.labels),
    byMonths: byMonths?.[c] ?? null,
  }));
  const scores = evidence.map((each) => each.onHalves + (each.withPrevious ?? 0) + (each.byMonths ?? 0));
  const best = scores.indexOf(Math.max(...scores));
  const held = kept >= 0 && scores[kept]! >= scores[best]! - leadToChange;
  return { settings: candidates[held ? kept : best]!, held, evidence };
}

/** Labels by each of the settings, noise assigned softly as in a run. */
async function cuts(
  points: Matrix,
  candidates: readonly DensitySettings[],
  { softAssignment, threads: allowed, points: all }: SettingsRequest,
  onTree: () => void,
): Promise<Int32Array[]> {
  const threads = worthwhileThreads(points, allowed);
  const trees = new Map<number, Awaited<ReturnType<typeof minimumSpanningTree>>>();
  for (const { minSamples } of candidates) {
    if (trees.has(minSamples)) continue;
    trees.set(minSamples, await minimumSpanningTree(points, { minSamples, threads }));
    onTree();
  }
  const cutBefore: { hard: Int32Array; soft: Int32Array }[] = [];
  return candidates.map((settings) => {
    const tree = trees.get(settings.minSamples)!;
    const { labels, probabilities } = clustersFromTree(
      tree,
      clusterOptionsOf(settings, points.rows, all.rows),
    );
    // Many candidates cut alike.
    const same = cutBefore.find(({ hard }) => hard.every((label, i) => label === labels[i]));
    if (same !== undefined) return same.soft;
    const model = fitSoftAssignment(points, labels, softAssignment);
    const soft = softAssign(model, points, { labels, strengths: probabilities }).labels;
    cutBefore.push({ hard: labels, soft });
    return soft;
  });
}

/** What each of the cuts explains of the months; undefined where these tell nothing. */
function monthsOf(
  { beside, points, seed }: SettingsRequest,
  cuts: readonly Int32Array[],
): number[] | undefined {
  const drawn =
    points.rows <= maxMonthsRows
      ? undefined
      : drawRows(points.rows, maxMonthsRows, seededRandom(seed, 'settings sample'));
  const known = besideOf(beside, drawn);
  if (known === undefined) return undefined;
  const gainOf = monthsGain(known);
  const gains = new Map<Int32Array, number>();
  return cuts.map((labels) => {
    const before = gains.get(labels);
    if (before !== undefined) return before;
    const clusters = clusterCount(labels);
    const gain = gainOf(drawn ? Int32Array.from(drawn, (i) => labels[i]!) : labels, clusters);
    gains.set(labels, gain);
    return gain;
  });
}

function withPrevious(labels: Int32Array, before: Int32Array): number {
  const rows = Array.from(before.keys()).filter((i) => before[i] !== -2);
  if (rows.length === 0) return 0;
  return reproducedInformation(
    contingency(
      Int32Array.from(rows, (i) => before[i]!),
      Int32Array.from(rows, (i) => labels[i]!),
    ),
  );
}
