import { comparisonSchema } from '../shared/stability/comparison-schema.js';
import { judgeGate } from '../shared/stability/gate.js';
import { openRunFolder } from './run-folder.js';
import { type Stage } from './stage-of.js';

/** Turns the comparison into a verdict with its reasons. */
export const gate: Stage<'gate'> = async (tools, { run, files, findings }) => {
  const folder = openRunFolder(tools, run, files);
  const comparison = comparisonSchema.parse(
    JSON.parse(new TextDecoder().decode(await folder.read('comparison.json'))),
  );
  const { verdict, reasons } = judgeGate(comparison, findings.identify.metrics, run.config.gate);
  const failed = reasons.filter(({ passed }) => !passed);
  return {
    files: {},
    verdict,
    reasons,
    detail: failed.length === 0 ? verdict : `${verdict}: ${failed.map(({ rule }) => rule).join(', ')}`,
  };
};
