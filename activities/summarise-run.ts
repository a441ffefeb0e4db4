import {
  type FileMap,
  type Findings,
  type GateResult,
  type RunContext,
} from '../shared/contracts/stage-activities.js';
import { type RunSummary } from '../shared/contracts/run-summary.js';

/** A run in a few figures, once everything but the champion pointer is known. */
export function summariseRun(
  run: RunContext,
  findings: Findings,
  gate: Pick<GateResult, 'verdict' | 'reasons'>,
): Omit<RunSummary, 'champion'> {
  const { eligibility, latent, raw, mixture, controls, identify, compare, previous } = findings;
  return {
    runId: run.runId,
    asOf: run.asOf,
    retailers: eligibility.retailers,
    eligible: eligibility.eligible,
    latent: latent.metrics,
    raw: raw?.metrics ?? null,
    mixture: mixture.metrics,
    controls: { pca: controls.pca, untrained: controls.untrained },
    method: identify.method,
    segments: identify.metrics,
    comparedWith: previous?.runId ?? null,
    shareKept: compare.shareKept,
    keptBySpace: compare.keptBySpace,
    verdict: gate.verdict,
    reasons: [...gate.reasons],
    artifacts: `${run.store}/${run.folder}`,
  };
}

/** Files in the order of their names: the manifest's bytes do not depend on which stage ended first. */
export function sortedFiles(files: FileMap): FileMap {
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}
