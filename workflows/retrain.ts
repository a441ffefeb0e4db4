import { type Outcomes } from '../shared/contracts/deliveries.js';
import { type AsOfMonth, monthBefore } from '../shared/contracts/as-of-month.js';
import { type RunSummary } from '../shared/contracts/run-summary.js';
import { type RunProgress, retrainStages } from '../shared/contracts/stage.js';
import {
  type FileMap,
  type Findings,
  type RunContext,
  type StageResult,
} from '../shared/contracts/stage-activities.js';
import { validate } from '../shared/contracts/validate.js';
import { retrainInputSchema } from '../shared/contracts/workflow-inputs.js';
import { SegmentsError } from '../shared/errors.js';
import { afterPublishing } from './after-publishing.js';
import { HeldRun } from './held-run.js';
import { ingestWhenComplete } from './ingest-when-complete.js';
import { type Orchestration } from './orchestration.js';
import { StageLog } from './stage-log.js';

/**
 * One run of the DAG for one as-of month: from a source of monthly sales to segments that are compared with
 * the previous run's and, if the gate lets them, published. Returns the run's figures.
 */
export async function retrain(
  orchestration: Orchestration,
  request: unknown,
): Promise<RunSummary & Outcomes> {
  const input = validate(retrainInputSchema, request, {
    code: 'InvalidInput',
    where: 'input of retrain',
    remedy: 'Correct the fields named and start the workflow again.',
  });
  const asOf = input.asOf ?? scheduledMonth(orchestration.scheduledStart);
  const { activities, runId } = orchestration;
  const { config } = input;
  const log = new StageLog(orchestration, retrainStages, () => `retrain ${asOf}`);
  const held = new HeldRun(orchestration, asOf);
  orchestration.serveProgress((): RunProgress => {
    const decision = held.progress();
    return { runId, asOf, stages: log.stages, ...(decision && { decision }) };
  });

  let files: FileMap = {};
  const keep = <R extends StageResult>(result: R): R => {
    files = { ...files, ...result.files };
    return result;
  };

  const { store, previous, indexed } = await log.run('prepare', () =>
    activities.prepare({ asOf, artifacts: input.artifacts, compareTo: input.compareTo }),
  );
  if (indexed) orchestration.index({ AsOf: asOf });
  const run: RunContext = { runId, asOf, store, folder: `runs/${runId}`, config };

  const readSource = () => activities.ingest({ run, source: input.source });
  const { lateSales } = input;
  const ingest = keep(
    await log.run('ingest', () =>
      lateSales === undefined
        ? readSource()
        : ingestWhenComplete(orchestration, asOf, lateSales, readSource, (detail) =>
            log.say('ingest', detail),
          ),
    ),
  );
  const eligibility = keep(
    await log.run('eligibility', () => activities.eligibility({ run, files, nobodyIsAnError: true })),
  );
  const features = keep(await log.run('features', () => activities.features({ run, files })));
  const scale = keep(await log.run('scale', () => activities.scale({ run, files })));

  const representation = async () => {
    const train = keep(
      await log.run('trainAutoencoder', () => activities.trainAutoencoder({ run, files, previous })),
    );
    const encode = keep(await log.run('encode', () => activities.encode({ run, files })));
    const latent = keep(
      await log.run('clusterLatent', () => activities.clusterLatent({ run, files, previous })),
    );
    return { train, encode, latent };
  };
  const raw = async () => {
    if (config.raw.enabled)
      return keep(await log.run('clusterRaw', () => activities.clusterRaw({ run, files })));
    log.skip('clusterRaw', 'raw.enabled is false');
    return undefined;
  };
  // What only needs the scaled features runs beside the training. What is slowest is asked for first.
  const [represented, rawClusters, mixture, controls] = await Promise.all([
    representation(),
    raw(),
    log.run('clusterMixture', () => activities.clusterMixture({ run, files, previous })).then(keep),
    log.run('controls', () => activities.controls({ run, files, previous })).then(keep),
  ]);

  const identify = keep(
    await log.run('identifySegments', () => activities.identifySegments({ run, files, previous })),
  );
  const before = {
    previous,
    ingest,
    eligibility,
    features,
    scale,
    ...represented,
    raw: rawClusters,
    mixture,
    controls,
  };
  const compare = keep(
    await log.run('compare', () => activities.compare({ run, files, findings: { ...before, identify } })),
  );
  const findings: Findings = { ...before, identify, compare };
  const gate = keep(await log.run('gate', () => activities.gate({ run, files, findings })));
  keep(await log.run('report', () => activities.report({ run, files, findings, gate })));
  const { summary, published, finishedAt } = await log.run('publish', () =>
    activities.publish({
      run,
      source: input.source,
      files,
      findings,
      gate,
      timings: log.stages,
      publish: input.publish,
    }),
  );
  if (indexed) orchestration.index({ Verdict: summary.verdict });
  let decided = summary;
  if (summary.verdict === 'held' && input.publish && input.decision !== undefined) {
    orchestration.showDetails(awaited(summary, orchestration.workflowId));
    decided = await held.wait(summary, store, input.decision.waitFor);
  }
  const approved = decided.decision?.outcome === 'approved';
  const outcomes = await afterPublishing(orchestration, log, {
    run,
    files,
    sinks: input.sinks,
    tracking: input.tracking,
    model: undefined,
    finishedAt,
    heldBack:
      published || approved ? undefined : gate.verdict === 'held' ? 'the run is held' : 'publish is false',
  });
  return { ...decided, ...outcomes };
}

/** What people see in the UI while a held run waits for them. */
function awaited({ asOf, reasons, artifacts }: RunSummary, workflowId: string): string {
  const failed = reasons.filter(({ passed }) => !passed).map(({ sentence }) => `- ${sentence}`);
  return [
    `### retrain ${asOf} is held`,
    '',
    ...failed,
    '',
    `Report: \`${artifacts}/report.html\``,
    '',
    'Send the update `approve` or `reject` with `{ "by": "…", "reason": "…" }`:',
    '',
    `\`temporal workflow update execute --workflow-id ${workflowId} --name approve --input '{"by":"…","reason":"…"}'\``,
  ].join('\n');
}

function scheduledMonth(scheduledStart: Date | undefined): AsOfMonth {
  if (scheduledStart !== undefined) return monthBefore(scheduledStart);
  throw new SegmentsError(
    'InvalidInput',
    'asOf: found nothing; expected a month as YYYY-MM, for example 2017-12',
    {
      where: 'input of retrain',
      remedy:
        'Give asOf. Only a run that a Schedule starts can do without: it takes the month before its scheduled time.',
    },
  );
}
