import { type Config } from '../contracts/config.js';
import { type StructureMetrics } from '../contracts/structure-metrics.js';
import { type Comparison } from './comparison-schema.js';
import { decimal, type GateReason, percent } from './gate-reason.js';

/** Fewer segments than this segment nothing. */
const minClusters = 2;
/** An as-of month with less than this share of the rows that it could be expected to have is incomplete. */
const minMonthRatio = 0.6;

/** What a run must be on its own, previous run or not. */
export function structureRules(
  metrics: StructureMetrics,
  comparison: Comparison | undefined,
  config: Config['gate'],
): GateReason[] {
  const { clusters, noise, largestShare } = metrics;
  const reasons: GateReason[] = [
    {
      rule: 'clusters',
      observed: clusters,
      threshold: minClusters,
      passed: clusters >= minClusters,
      sentence:
        clusters >= minClusters
          ? `The market falls into ${clusters} segments.`
          : `${clusters === 0 ? 'No segment was' : 'Only one segment was'} found; at least ${minClusters} are needed to tell retailers apart.`,
    },
    {
      rule: 'noise',
      observed: noise,
      threshold: config.maxNoiseShare,
      passed: noise <= config.maxNoiseShare,
      sentence: `${percent(noise)} of retailers are in no segment; up to ${percent(config.maxNoiseShare)} are accepted.`,
    },
    {
      rule: 'largest-share',
      observed: largestShare,
      threshold: config.maxLargestShare,
      passed: largestShare <= config.maxLargestShare,
      sentence: `The largest segment holds ${percent(largestShare)} of segmented retailers; up to ${percent(config.maxLargestShare)} are accepted.`,
    },
  ];
  const test = comparison?.structureTest;
  if (test) {
    const byDensity = comparison.current.method === 'hdbscan';
    const passed = byDensity ? test.verdict === 'density structure' : test.verdict !== 'none';
    reasons.push({
      rule: 'structure',
      observed: test.verdict,
      threshold: byDensity ? 'density structure' : 'continuum',
      passed,
      sentence:
        passed || !byDensity
          ? test.sentence
          : `${test.sentence} Clusters of HDBSCAN are not published on that.`,
    });
  }
  const measured = comparison?.segments.filter(({ bootstrapJaccard }) => bootstrapJaccard !== null) ?? [];
  if (measured.length > 0) {
    const weakest = measured.reduce((least, next) =>
      next.bootstrapJaccard! < least.bootstrapJaccard! ? next : least,
    );
    const least = config.minBootstrapJaccard;
    reasons.push({
      rule: 'bootstrap-jaccard',
      observed: weakest.bootstrapJaccard,
      threshold: least,
      passed: weakest.bootstrapJaccard! >= least,
      sentence: `On resamples of the retailers the least certain segment, ${weakest.segmentId}, is found again with a Jaccard of ${decimal(weakest.bootstrapJaccard!)}; at least ${decimal(least)} is expected.`,
    });
  }
  const month = comparison?.drift.month;
  if (month) {
    const passed = month.ratio >= minMonthRatio;
    const asOf = comparison.current.asOf;
    reasons.push({
      rule: 'month-volume',
      observed: month.ratio,
      threshold: minMonthRatio,
      passed,
      sentence: passed
        ? `The data of ${asOf} look complete: ${percent(month.ratio)} of the sales rows usual for that month.`
        : `The data of ${asOf} look incomplete: ${month.rows} sales rows, ${percent(month.ratio)} of the ${Math.round(month.expected)} usual for that month; at least ${percent(minMonthRatio)} are expected.`,
    });
  }
  return reasons;
}
