import { type Config } from '../contracts/config.js';
import { changeRates, changeScale, leastChangeRate } from './change-rates.js';
import { courseEvidence } from '../courses/course-evidence.js';
import { type FittedCourses } from '../courses/fit-courses.js';
import { logSumExp } from '../courses/log-sum-exp.js';
import { type RetailerMonths } from '../courses/retailer-months.js';
import { type MarketCourses } from '../courses/segment-course.js';

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

/** Courses with the rates of change in their window, by the evidence of the retailers that they come from. */
export function withChangeRates(months: RetailerMonths, fitted: FittedCourses): MarketCourses {
  const width = months.quantities.columns;
  const stride = Math.ceil(months.quantities.rows / mostForRates);
  const evidence = courseEvidence(months, fitted);
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
  const width = months.quantities.columns;
  const clusters = market.courses.length;
  const first = months.lastPeriod - width + 1;
  const known = market.changeRates.length;
  const rates = Float64Array.from({ length: width }, (_, j) => {
    const at = first + j - (market.lastPeriod - known + 1);
    return market.changeRates[at] ?? leastChangeRate;
  });
  const evidence = courseEvidence(months, market);
  const totals = new Float64Array(width);
  const parts = new Float64Array(width * clusters);
  const changes: BehaviourChange[] = [];
  for (let retailer = 0; retailer < months.quantities.rows; retailer++) {
    evidence.byCluster(retailer, parts);
    let most = -Infinity;
    for (let j = 0; j < width; j++) {
      totals[j] = logSumExp(parts.subarray(j * clusters, (j + 1) * clusters));
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
