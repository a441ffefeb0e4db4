import { type Outcomes } from '../shared/contracts/deliveries.js';
import { type RescoreSummary, type SegmentsAnswer } from '../shared/contracts/rescore-summary.js';
import { type RunProgress, rescoreStages } from '../shared/contracts/stage.js';
import { type FileMap, type RunContext, type StageResult } from '../shared/contracts/stage-activities.js';
import { validate } from '../shared/contracts/validate.js';
import {
  mostRetailersAnswered,
  type RescoreInput,
  rescoreInputSchema,
} from '../shared/contracts/workflow-inputs.js';
import { SegmentsError } from '../shared/errors.js';
import { temporalConfig } from '../temporal.config.js';
import { inTurns } from './in-turns.js';
import { afterPublishing } from './after-publishing.js';
import { type Orchestration } from './orchestration.js';
import { StageLog } from './stage-log.js';

/**
 * Scores new retailers, or new months of known ones, into the segments of the champion (or of a named run).
 * Retrains nothing. Returns counts and the reference to the assignments; the update `segments` waits for the end and
 * answers with the segments themselves, so that starting and asking are one call (Update-with-Start).
 */
export async function rescore(
  orchestration: Orchestration,
  request: unknown,
): Promise<RescoreSummary & Outcomes> {
  const answer = new SegmentsOnRequest(orchestration);
  try {
    const input = validate(rescoreInputSchema, request, {
      code: 'InvalidInput',
      where: 'input of rescore',
      remedy: 'Correct the fields named and start the workflow again.',
    });
    const summary = await (input.rows === undefined ? scoreSource : scoreRows)(orchestration, input);
    answer.summary = summary;
    return summary;
  } catch (error) {
    answer.failure = error;
    throw error;
  }
}

/** Serves the update `segments` once the workflow's result, or its failure, is there. */
class SegmentsOnRequest {
  summary: RescoreSummary | undefined;
  failure: unknown;

  constructor(orchestration: Orchestration) {
    orchestration.serveUpdates({
      segments: {
        check: () => undefined,
        act: async () => {
          await orchestration.waitForMessages(() => this.summary !== undefined || this.failure !== undefined);
          if (this.summary === undefined) throw this.failure;
          return answerOf(this.summary);
        },
      },
    });
  }
}

/** A result as an answer about single retailers. @throws SegmentsError InvalidInput where it is about too many. */
export function answerOf(summary: RescoreSummary): SegmentsAnswer {
  const { runId, asOf, modelRunId, rejectedRows, retailerSegments } = summary;
  if (retailerSegments !== null) return { runId, asOf, modelRunId, rejectedRows, segments: retailerSegments };
  throw new SegmentsError(
    'InvalidInput',
    `segments: the input names no retailers, or more than ${mostRetailersAnswered}; expected a handful`,
    {
      where: 'update segments',
      remedy: 'Name retailers in the input; for many, read assignments.parquet, which the result refers to.',
    },
  );
}

/** A handful of retailers from sales in the input: two short activities, nothing stored. */
async function scoreRows(orchestration: Orchestration, input: RescoreInput): Promise<RescoreSummary> {
  const { activities, runId } = orchestration;
  const { artifacts, rows = [], retailers, ingest } = input;
  orchestration.serveProgress((): RunProgress => ({ runId, asOf: input.asOf, stages: [] }));
  const { store, model, config, indexed } = await activities.prepareRescore({
    artifacts,
    runId: input.runId,
  });
  const answer = await activities.scoreRows({
    store,
    model,
    config,
    ingest,
    rows,
    asOf: input.asOf,
    retailers,
    minActiveMonths: youngFrom(input),
  });
  if (indexed) orchestration.index({ AsOf: answer.asOf });
  return {
    runId,
    asOf: answer.asOf,
    modelRunId: model.runId,
    retailers: answer.retailers,
    scored: answer.scored,
    provisional: answer.provisional,
    tooYoung: answer.tooYoung,
    rejectedRows: answer.rejected,
    segments: answer.metrics,
    assignments: null,
    artifacts: null,
    retailerSegments: answer.segments,
  };
}

/** A source of any size: what is handed on are references, and each shard is an activity of its own. */
async function scoreSource(
  orchestration: Orchestration,
  input: RescoreInput,
): Promise<RescoreSummary & Outcomes> {
  const { activities, runId } = orchestration;
  let asOf = input.asOf;
  const log = new StageLog(orchestration, rescoreStages, () => `rescore ${asOf ?? ''}`);
  orchestration.serveProgress((): RunProgress => ({ runId, asOf, stages: log.stages }));

  let files: FileMap = {};
  const keep = <R extends StageResult>(result: R): R => {
    files = { ...files, ...result.files };
    return result;
  };

  const { store, model, config, indexed } = await log.run('prepareRescore', () =>
    activities.prepareRescore({ artifacts: input.artifacts, runId: input.runId }),
  );
  const folder = `rescores/${runId}`;
  const ingest = keep(
    await log.run('ingest', () =>
      activities.ingest({
        run: { runId, asOf: input.asOf, store, folder, config: { ...config, ingest: input.ingest } },
        source: input.source!,
        ...(input.retailers === undefined ? {} : { retailers: input.retailers }),
      }),
    ),
  );
  asOf = ingest.asOf;
  if (indexed) orchestration.index({ AsOf: asOf });
  const run: RunContext = { runId, asOf, store, folder, config };
  const young = youngFrom(input);
  keep(await log.run('eligibility', () => activities.eligibility({ run, files, nobodyIsAnError: false })));
  keep(
    await log.run('features', () =>
      activities.features({ run, files, ...(young === undefined ? {} : { minActiveMonths: young }) }),
    ),
  );
  const score = keep(
    await log.run('score', async () => {
      const { shards } = await activities.splitShards({ run, files, model, shardSize: input.shardSize });
      let done = 0;
      const scored = await inTurns(shards, temporalConfig.rescore.shardsAtOnce, async (shard, number) => {
        const { parquet, csv } = await activities.scoreShard({ run, model, shard, number });
        log.say('score', `${++done} of ${shards.length} shards`);
        return { parquet, csv };
      });
      return await activities.gatherScores({ run, shards: scored });
    }),
  );
  const few = input.retailers !== undefined && score.retailers <= mostRetailersAnswered;
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
    retailers: score.retailers,
    scored: score.scored,
    provisional: score.provisional,
    tooYoung: score.tooYoung,
    rejectedRows: ingest.counts.rejected,
    segments: score.metrics,
    assignments: files['assignments.parquet']!,
    artifacts: `${store}/${folder}`,
    retailerSegments: few ? (await activities.readSegments({ run, files })).segments : null,
  };
}

const youngFrom = ({ provisional }: RescoreInput): number | undefined =>
  provisional === false ? undefined : provisional.minActiveMonths;
