import { decideRun, readDecision } from '../shared/artifacts/decide-run.js';
import { readChampion } from '../shared/artifacts/run-index.js';
import { type DecisionResult } from '../shared/contracts/decision.js';
import { type Stage } from './stage-of.js';

/** Carries a decision on a held run through; without one, tells what was decided elsewhere meanwhile. */
export const decide: Stage<'decide'> = async ({ openStore }, { store: uri, runId, decision }) => {
  const store = openStore(uri);
  if (decision !== undefined) {
    const result = await decideRun(store, runId, decision);
    return { files: {}, result, detail: words(result) };
  }
  const [found, champion] = await Promise.all([readDecision(store, runId), readChampion(store)]);
  if (found === undefined) return { files: {}, result: undefined, detail: 'nobody decided' };
  const result = {
    decision: found,
    champion: champion?.runId === runId,
    championNow: champion === undefined ? null : { runId: champion.runId, asOf: champion.asOf },
  };
  return { files: {}, result, detail: words(result) };
};

const words = ({ decision, champion }: DecisionResult): string =>
  `${decision.outcome} by ${decision.by}${champion ? ', champion' : ''}`;
