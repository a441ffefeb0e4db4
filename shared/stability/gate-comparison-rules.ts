import { type Config } from '../contracts/config.js';
import { type StructureMetrics } from '../contracts/structure-metrics.js';
import { type Comparison } from './comparison-schema.js';
import { decimal, type GateReason, type GateRule, percent } from './gate-reason.js';

/** A rule on a measure that may be missing: what could not be measured fails, since nothing vouches for it. */
function measured(
  rule: GateRule,
  observed: number | null,
  threshold: number,
  passes: (observed: number) => boolean,
  sentence: (observed: number) => string,
  missing: string,
): GateReason {
  if (observed === null) return { rule, observed, threshold, passed: false, sentence: missing };
  return { rule, observed, threshold, passed: passes(observed), sentence: sentence(observed) };
}

function agreementRules(comparison: Comparison, before: string, config: Config['gate']): GateReason[] {
  const ari = comparison.agreement.withNoise?.adjustedRandIndex ?? null;
  const { minAdjustedRandIndex: minAri, minShareKept, minSegmentJaccard } = config;
  const weakest = comparison.segments
    .filter((segment) => segment.jaccard !== null)
    .reduce<{ segmentId: string; jaccard: number } | null>(
      (least, { segmentId, jaccard }) =>
        least === null || jaccard! < least.jaccard ? { segmentId, jaccard: jaccard! } : least,
      null,
    );
  return [
    measured(
      'adjusted-rand-index',
      ari,
      minAri,
      (value) => value >= minAri,
      (value) =>
        `Grouping agrees with ${before} at ${decimal(value)} on a scale where 1 is identical and 0 is chance; at least ${decimal(minAri)} is expected.`,
      `Agreement with ${before} could not be measured: no retailer is in both runs.`,
    ),
    measured(
      'share-kept',
      comparison.kept.share,
      minShareKept,
      (value) => value >= minShareKept,
      (value) =>
        `${percent(value)} of retailers stayed in their segment; at least ${percent(minShareKept)} are expected.`,
      `Nobody who is still there was in a segment in ${before}, so none could stay in it.`,
    ),
    measured(
      'segment-jaccard',
      weakest?.jaccard ?? null,
      minSegmentJaccard,
      (value) => value >= minSegmentJaccard,
      (value) =>
        `The segment that changed most, ${weakest!.segmentId}, shares ${percent(value)} of its retailers with itself in ${before}; at least ${percent(minSegmentJaccard)} is expected.`,
      `No segment of ${before} lives on.`,
    ),
  ];
}

/** How far the data alone moved retailers, where that was measured. */
function dataEffect(comparison: Comparison, config: Config['gate']): { harmless: boolean; words: string } {
  const moved = comparison.attribution?.data;
  if (moved === undefined) return { harmless: false, words: '' };
  const harmless = moved <= config.maxMovedByData;
  return {
    harmless,
    words: harmless
      ? ` It does not touch the segments: the previous model, unchanged, moves ${percent(moved)} of retailers; up to ${percent(config.maxMovedByData)} are accepted.`
      : ` The previous model, unchanged, moves ${percent(moved)} of retailers for it; up to ${percent(config.maxMovedByData)} are accepted.`,
  };
}

/** Features that say how much and how many, not when: history grows without them, so that a jump is one of the data, as of units. */
const levels: ReadonlySet<string> = new Set(['log_volume', 'log_breadth']);

function driftRules(comparison: Comparison, before: string, config: Config['gate']): GateReason[] {
  const reasons: GateReason[] = [];
  const effect = dataEffect(comparison, config);
  // A feature that nobody had yet, such as the first whole year's growth or the season of a calendar month that had
  // not come, has come to be: it did not drift.
  const known = comparison.drift.features.filter(
    ({ inModel, psi, missingBefore, missingNow, constantBefore }) =>
      inModel && psi !== null && missingBefore < 1 && missingNow < 1 && constantBefore !== true,
  );
  if (known.length > 0) {
    const leap = known.find(({ feature, psi }) => levels.has(feature) && psi! > config.maxFeaturePsi);
    const worst = leap ?? known.reduce((most, feature) => (feature.psi! > most.psi! ? feature : most));
    const shifted = worst.psi! > config.maxFeaturePsi;
    const excused = effect.harmless && leap === undefined;
    reasons.push({
      rule: 'feature-drift',
      observed: worst.psi,
      threshold: config.maxFeaturePsi,
      passed: !shifted || excused,
      sentence: !shifted
        ? `Retailers' figures look as in ${before}: the one that shifted most, ${worst.feature}, has a stability index of ${decimal(worst.psi!)}; up to ${decimal(config.maxFeaturePsi)} is accepted.`
        : `${excused ? 'A figure' : 'The data'} shifted since ${before}: ${worst.feature} has a stability index of ${decimal(worst.psi!)}, above the ${decimal(config.maxFeaturePsi)} that is accepted.${leap === undefined ? effect.words : ''}${excused ? '' : ' Check the data before trusting the segments.'}`,
    });
  }
  const ratio = comparison.drift.reconstruction?.ratio ?? null;
  if (ratio !== null) {
    const shifted = ratio > config.maxReconstructionRatio;
    reasons.push({
      rule: 'reconstruction-drift',
      observed: ratio,
      threshold: config.maxReconstructionRatio,
      passed: !shifted || effect.harmless,
      sentence: `The previous model describes this month's retailers with ${decimal(ratio)} times the error it had on ${before}; up to ${decimal(config.maxReconstructionRatio)} times is accepted.${shifted ? effect.words : ''}`,
    });
  }
  return reasons;
}

/** What a run must be beside the previous one; empty without one. */
export function comparisonRules(
  comparison: Comparison | undefined,
  metrics: StructureMetrics,
  config: Config['gate'],
): GateReason[] {
  const previous = comparison?.previous;
  if (!comparison || !previous) return [];
  const before = previous.asOf;
  const { common } = comparison.retailers;
  const methods = [previous.method, comparison.current.method] as const;
  const count = previous.structure.segments.clusters;
  const change = Math.abs(metrics.clusters - count);
  const most = config.maxSegmentCountChange;
  return [
    {
      rule: 'common-retailers',
      observed: common,
      threshold: 1,
      passed: common >= 1,
      sentence:
        common >= 1
          ? `${common} retailers are in both runs.`
          : `No retailer of ${before} is in this run: the two cannot be compared.`,
    },
    {
      rule: 'method',
      observed: methods[1],
      threshold: methods[0],
      passed: methods[0] === methods[1],
      sentence:
        methods[0] === methods[1]
          ? `Segments come from the same method as in ${before}: ${methods[1]}.`
          : `Segments come from another method than in ${before}: ${methods[1]} in place of ${methods[0]}. A person should agree to that.`,
    },
    ...agreementRules(comparison, before, config),
    {
      rule: 'segment-count',
      observed: change,
      threshold: most,
      passed: change <= most,
      sentence: `${metrics.clusters} segments after ${count} in ${before}; a change of up to ${most} is accepted.`,
    },
    ...driftRules(comparison, before, config),
  ];
}
