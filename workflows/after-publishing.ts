import { type Delivery, type Outcomes, type TrackingOutcome } from '../shared/contracts/deliveries.js';
import { type Sink, type Tracking } from '../shared/contracts/sink.js';
import { type FileMap, type RunContext, type RunPointer } from '../shared/contracts/stage-activities.js';
import { sinkName } from '../shared/sinks/sink-name.js';
import { type Orchestration } from './orchestration.js';
import { rootMessage } from './root-error.js';
import { type StageLog } from './stage-log.js';

export interface AfterPublishing {
  readonly run: RunContext;
  readonly files: FileMap;
  readonly sinks: readonly Sink[];
  readonly tracking: Tracking | undefined;
  /** The run whose model a rescore used; undefined for a run. */
  readonly model: RunPointer | undefined;
  readonly finishedAt: number;
  /** Why nothing is delivered; undefined where it is. */
  readonly heldBack: string | undefined;
}

/**
 * Hands a finished run to the sinks, all at once, and to the tracking server. By now the run is what it is: a system that
 * fails after its retries is named in the result and in `deliveries.json`, and changes neither verdict nor champion.
 * Tracking sees every run, sinks only what is published.
 */
export async function afterPublishing(
  orchestration: Orchestration,
  log: StageLog,
  what: AfterPublishing,
): Promise<Outcomes> {
  const { activities } = orchestration;
  const { run, files, sinks, tracking, model, finishedAt } = what;
  const settle = async <T>(work: Promise<T>, failed: (problem: string) => T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (orchestration.isCancellation(error)) throw error;
      return failed(rootMessage(error));
    }
  };

  let deliveries: Delivery[] = [];
  if (sinks.length === 0) log.skip('deliver', 'no sinks');
  else if (what.heldBack !== undefined) log.skip('deliver', what.heldBack);
  else {
    const target = { runId: run.runId, asOf: run.asOf, store: run.store, folder: run.folder };
    const delivered = await log.run('deliver', async () => {
      const all = await Promise.all(
        sinks.map((sink) =>
          settle(
            activities.deliver({ run: target, files, sink, model, finishedAt }).then((done) => done.delivery),
            (problem): Delivery => ({ sink: sinkName(sink), state: 'failed', problem }),
          ),
        ),
      );
      return { all, detail: all.map(inWords).join('; ') };
    });
    deliveries = delivered.all;
  }

  let tracked: TrackingOutcome | undefined;
  if (tracking !== undefined) {
    const found = await log.run('track', async () => {
      const outcome = await settle(
        activities
          .track({ run: { runId: run.runId, store: run.store }, tracking })
          .then((done) => done.outcome),
        (problem): TrackingOutcome => ({ state: 'failed', problem }),
      );
      return { outcome, detail: outcome.problem ?? `run ${outcome.trackedRunId ?? ''}` };
    });
    tracked = found.outcome;
  } else if (log.has('track')) log.skip('track', 'no tracking server named');

  if (deliveries.length === 0 && tracked === undefined) return {};
  // A store that fails now takes only the note with it; the result below says the same.
  await settle(
    activities
      .recordDeliveries({
        run: { runId: run.runId, store: run.store, folder: run.folder },
        deliveries,
        tracking: tracked ?? null,
      })
      .then(() => undefined),
    () => undefined,
  );
  return {
    ...(deliveries.length === 0 ? {} : { deliveries }),
    ...(tracked === undefined ? {} : { tracking: tracked }),
  };
}

function inWords({ sink, state, rows, problem }: Delivery): string {
  return state === 'delivered' ? `${sink}: ${rows ?? 0} rows` : `${sink} failed: ${problem ?? 'unknown'}`;
}
