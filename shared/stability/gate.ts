import { type Config } from '../contracts/config.js';
import { type Verdict } from '../contracts/run-summary.js';
import { type StructureMetrics } from '../contracts/structure-metrics.js';
import { type Comparison } from './comparison-schema.js';
import { comparisonRules } from './gate-comparison-rules.js';
import { type GateReason } from './gate-reason.js';
import { structureRules } from './gate-structure-rules.js';

export interface GateJudgement {
  readonly verdict: Verdict;
  /** Every rule that was looked at, passed or not, in a fixed order. */
  readonly reasons: readonly GateReason[];
}

/**
 * Decides whether a run may be published unseen. `metrics` describe the segments themselves.
 * A first run (no comparison, or one without a previous run) is judged by its structure and its data alone:
 * 'first' where they are sound, else 'held', since a first champion that is all noise or one giant cluster would be
 * what all later months are measured by.
 */
export function judgeGate(
  comparison: Comparison | undefined,
  metrics: StructureMetrics,
  config: Config['gate'],
): GateJudgement {
  const reasons = [
    ...structureRules(metrics, comparison, config),
    ...comparisonRules(comparison, metrics, config),
  ];
  if (reasons.some((reason) => !reason.passed)) return { verdict: 'held', reasons };
  return { verdict: comparison?.previous ? 'published' : 'first', reasons };
}
