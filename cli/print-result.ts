import pc from 'picocolors';
import { type ArtifactStore } from '../shared/artifacts/store.js';
import { type Outcomes, problemsOf } from '../shared/contracts/deliveries.js';
import { type RescoreSummary } from '../shared/contracts/rescore-summary.js';
import { type RunSummary } from '../shared/contracts/run-summary.js';
import { type BackfillRow } from '../shared/contracts/workflow-inputs.js';
import { type Output } from './output.js';
import { readSummaries } from './read-summaries.js';
import { runTable } from './run-table.js';

/** The result of `retrain`. */
export function printRun(summary: RunSummary & Outcomes, output: Output): void {
  output.json(summary);
  output.print(
    `${runTable(summary)}\n\n  artifacts  ${summary.artifacts}\n  report     ${summary.artifacts}/report.html`,
  );
  for (const problem of problemsOf(summary)) output.note(pc.yellow(`! ${problem}`));
}

/** The result of `backfill`, with the months' runs as the store has them. */
export async function printBackfill(
  rows: readonly BackfillRow[],
  store: ArtifactStore,
  output: Output,
): Promise<void> {
  const runs = await readSummaries(store, rows);
  output.json({ rows, runs });
  for (const run of runs) output.print(`${runTable(run)}\n  report  ${run.artifacts}/report.html\n`);
  for (const row of rows)
    if (row.verdict === 'failed') output.print(`${row.asOf} failed: ${row.problem ?? ''}`);
  for (const { asOf, undelivered = [] } of rows)
    for (const problem of undelivered) output.note(pc.yellow(`! ${asOf} ${problem}`));
}

/** The result of `rescore`. */
export function printRescore(summary: RescoreSummary & Outcomes, output: Output): void {
  output.json(summary);
  output.print(
    `${summary.asOf}: ${summary.scored} of ${summary.retailers} retailers scored into the segments of run ${summary.modelRunId}, ` +
      `${summary.provisional} provisionally, ${summary.tooYoung} too young\n  artifacts  ${summary.artifacts}`,
  );
  for (const problem of problemsOf(summary)) output.note(pc.yellow(`! ${problem}`));
}
