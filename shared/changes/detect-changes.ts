import { type Config } from '../contracts/config.js';
import { changeRates, changeScale, leastChangeRate } from './change-rates.js';
import { changeEvidence } from './course-evidence.js';
import { fitCourses } from './fit-courses.js';
import { type RetailerMonths } from './retailer-months.js';
import { type MarketCourses } from './segment-course.js';

/** A retailer whose own months say that it behaves otherwise than before. */
export interface BehaviourChange {
  /** Its row. */
  readonly retailer: number;
  /** Cluster whose course it has taken up. */
  readonly cluster: number;
  /** Month index of the likeliest first month. */
  readonly period: number;
  /** That it changed at all, and that it changed to `cluster`. */
  readonly probability: number;
  readonly clusterProbability: number;
}

type ChangesConfig = Config['changes'];

/** So many retailers, evenly picked, tell the rates of change well enough. */
const mostForRates = 10_000;

function widthOf({ quantities }: RetailerMonths): number {
  return quantities.columns;
}

/** Courses of a run's clusters, and rates of change in its window, with the evidence that they come from. */
export function fitMarketCourses(
  months: RetailerMonths,
  labels: Int32Array,
  clusters: number,
): MarketCourses {
  const fitted = fitCourses(months, labels, clusters);
  const width = widthOf(months);
  const stride = Math.ceil(months.quantities.rows / mostForRates);
  const evidence = changeEvidence(months, fitted);
  const totals = new Float32Array(Math.ceil(months.quantities.rows / stride) * width);
  const row = new Float64Array(width);
  for (let i = 0; i < months.quantities.rows; i += stride) {
    evidence.totals(i, row);
    totals.set(row, (i / stride) * width);
  }
  return { ...fitted, changeRates: [...changeRates(totals, width)] };
}

/**
 * Retailers that changed with a probability of at least half of `config.minProbability`, in their order: the caller holds
 * whoever already moved to the weaker bound, and everybody else to the whole. Nothing is fitted: each retailer's answer
 * depends on its own months alone.
 */
export function detectChanges(
  months: RetailerMonths,
  market: MarketCourses,
  config: ChangesConfig,
): BehaviourChange[] {
  const width = widthOf(months);
  const clusters = market.courses.length;
  const first = months.lastPeriod - width + 1;
  const known = market.changeRates.length;
  const rates = Float64Array.from({ length: width }, (_, j) => {
    const at = first + j - (market.lastPeriod - known + 1);
    return market.changeRates[at] ?? leastChangeRate;
  });
  const evidence = changeEvidence(months, market);
  const totals = new Float64Array(width);
  const parts = new Float64Array(width * clusters);
  const changes: BehaviourChange[] = [];
  for (let retailer = 0; retailer < months.quantities.rows; retailer++) {
    evidence.byCluster(retailer, parts);
    let most = -Infinity;
    for (let j = 0; j < width; j++) {
      let sum = 0;
      const best = parts
        .subarray(j * clusters, (j + 1) * clusters)
        .reduce((a, b) => Math.max(a, b), -Infinity);
      for (let c = 0; c < clusters && best > -Infinity; c++) sum += Math.exp(parts[j * clusters + c]! - best);
      totals[j] = best === -Infinity ? best : best + Math.log(sum);
      most = Math.max(most, totals[j]!);
    }
    if (most <= 0) continue;
    const scale = changeScale(totals, 0, rates);
    const byCluster = new Float64Array(clusters);
    let [probability, column, highest] = [0, -1, 0];
    for (let j = 0; j < width; j++) {
      const share = rates[j]! * Math.exp(totals[j]! - scale);
      probability += share;
      if (share > highest) [column, highest] = [j, share];
      for (let c = 0; c < clusters; c++) {
        byCluster[c] = byCluster[c]! + rates[j]! * Math.exp(parts[j * clusters + c]! - scale);
      }
    }
    if (probability < config.minProbability / 2) continue;
    const cluster = byCluster.indexOf(Math.max(...byCluster));
    changes.push({
      retailer,
      cluster,
      period: first + column,
      probability: Math.min(1, probability),
      clusterProbability: Math.min(1, byCluster[cluster]!),
    });
  }
  return changes;
}
