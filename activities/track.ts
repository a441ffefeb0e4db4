import { createMlflowClient } from '../shared/tracking/mlflow/mlflow-client.js';
import { trackRun } from '../shared/tracking/mlflow/track-run.js';
import { trackingServer } from '../shared/tracking/mlflow/tracking-server.js';
import { type Stage } from './stage-of.js';

/** Writes the run down in MLflow. */
export const track: Stage<'track'> = async (tools, { run, tracking }) => {
  const { env, signal, onProgress, openStore } = tools;
  const client = createMlflowClient(trackingServer(tracking, env), signal);
  const store = openStore(run.store);
  const outcome = await trackRun({ store, runId: run.runId, tracking, client, signal, onProgress });
  return { files: {}, outcome, detail: `run ${outcome.trackedRunId ?? ''}` };
};
