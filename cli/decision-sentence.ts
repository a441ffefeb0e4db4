import { type DecisionResult } from '../shared/contracts/decision.js';

/** What a decision on a held run did, in a sentence. */
export function decisionSentence({ decision, champion, championNow }: DecisionResult): string {
  const said = `${decision.asOf}: run ${decision.runId} ${decision.outcome} by ${decision.by}`;
  if (decision.outcome === 'rejected') return `${said}; it stays unpublished`;
  if (champion) return `${said}; it is champion now`;
  return `${said}; run ${championNow?.runId} of ${championNow?.asOf} stays champion, since it is later`;
}
