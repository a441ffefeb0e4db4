import { type DecidedRun } from './decide-run.js';

/** What a decision on a held run did, in a sentence; in a second one what is left to do. */
export function decisionSentence({ decision, champion, championNow, deliverWith }: DecidedRun): string {
  const said = `${decision.asOf}: run ${decision.runId} ${decision.outcome} by ${decision.by}`;
  if (decision.outcome === 'rejected') return `${said}; it stays unpublished`;
  const place = champion
    ? 'it is champion now'
    : `run ${championNow?.runId} of ${championNow?.asOf} stays champion, since it is later`;
  const left =
    deliverWith === null
      ? ''
      : `. No workflow was found that waits for it, so nothing goes to the sinks by itself: ${deliverWith}`;
  return `${said}; ${place}${left}`;
}
