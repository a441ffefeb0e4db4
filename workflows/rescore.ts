import { type Outcomes } from '../shared/contracts/deliveries.js';
import { type RescoreSummary } from '../shared/contracts/rescore-summary.js';
import { type RunProgress, rescoreStages } from '../shared/contracts/stage.js';
import { type FileMap, type RunContext, type StageResult } from '../shared/contracts/stage-activities.js';
import { validate } from '../shared/contracts/validate.js';
import { rescoreInputSchema } from '../shared/contracts/workflow-inputs.js';
import { afterPublishing } from './after-publishing.js';
import { type Orchestration } from './orchestration.js';
import { StageLog } from './stage-log.js';

/**
 * Scores new retailers, or new months of known ones, into the segments of the champion (or of a named run).
 * Retrains nothing. Returns counts and the reference to the assignments.
 */
export async function rescore(
  orchestration: Orchestration,
  request: unknown,
): Promise<RescoreSummary & Outcomes> {
  const input = validate(rescoreInputSchema, request, {
    code: 'InvalidInput',
    where: 'input of rescore',
    remedy: 'Correct the fields named and start the workflow again.',
  });
  const { activities, runId } = orchestration;
  let asOf = input.asOf;
  const log = new StageLog(orchestration, rescoreStages, () => `rescore ${asOf ?? ''}`);
  orchestration.serveProgress((): RunProgress => ({ runId, asOf, stages: log.stages }));

  let files: FileMap = {};
  const keep = <R extends StageResult>(result: R): R => {
    files = { ...files, ...result.files };
    return result;
  };

  const { store, model, config } = await log.run('prepareRescore', () =>
    activities.prepareRescore({ artifacts: input.artifacts, runId: input.runId }),
  );
  const folder = `rescores/${runId}`;
  const ingest = keep(
    await log.run('ingest', () =>
      activities.ingest({
        run: { runId, asOf: input.asOf, store, folder, config: { ...config, ingest: input.ingest } },
        source: input.source,
        ...(input.retailers === undefined ? {} : { retailers: input.retailers }),
      }),
    ),
  );
  asOf = ingest.asOf;
  const run: RunContext = { runId, asOf, store, folder, config };
  const eligibility = keep(
    await log.run('eligibility', () => activities.eligibility({ run, files, nobodyIsAnError: false })),
  );
  keep(await log.run('features', () => activities.features({ run, files })));
  const score = keep(await log.run('score', () => activities.score({ run, files, model })));

  const outcomes = await afterPublishing(orchestration, log, {
    run,
    files,
    sinks: input.sinks,
    tracking: undefined,
    model,
    finishedAt: orchestration.now(),
    heldBack: undefined,
  });

  return {
    ...outcomes,
    runId,
    asOf,
    modelRunId: model.runId,
    retailers: eligibility.retailers,
    scored: score.scored,
    tooYoung: score.tooYoung,
    rejectedRows: ingest.counts.rejected,
    segments: score.metrics,
    assignments: files['assignments.parquet']!,
    artifacts: `${store}/${folder}`,
  };
}
