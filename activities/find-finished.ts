import { readManifest } from '../shared/artifacts/manifest.js';
import { findRuns } from '../shared/artifacts/run-index.js';
import { monthRange } from '../shared/contracts/as-of-month.js';
import { type BackfillRow } from '../shared/contracts/workflow-inputs.js';
import { type Stage } from './stage-of.js';

/** Months that have a finished run of the same source and config: a backfill that goes on takes them as done. */
export const findFinished: Stage<'findFinished'> = async (
  { openStore, defaultStore, signal },
  { artifacts, from, to, source, config },
) => {
  const store = openStore(artifacts ?? defaultStore);
  const same = JSON.stringify([source, config]);
  const rows: BackfillRow[] = [];
  for (const asOf of monthRange(from, to)) {
    for (const { runId, verdict } of (await findRuns(store, asOf)).toReversed()) {
      signal.throwIfAborted();
      const manifest = await readManifest(store, runId);
      if (JSON.stringify([manifest.source, manifest.config]) !== same) continue;
      rows.push({ asOf, workflowId: 'done before', runId, verdict });
      break;
    }
  }
  return { files: {}, rows, detail: `${rows.length} months done before` };
};
