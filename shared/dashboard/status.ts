import { html, type Html } from '../report/html.js';
import { type ListedRun } from './run-reader.js';

/** What became of a run, in a word. */
export function statusOf({ verdict, published, decision }: ListedRun): { key: string; words: string } {
  if (decision !== undefined)
    return { key: decision.outcome, words: `${decision.outcome} by ${decision.by}` };
  if (verdict === 'held') return { key: 'held', words: 'held for review' };
  if (!published) return { key: 'unpublished', words: 'not published' };
  return verdict === 'first'
    ? { key: 'first', words: 'first run, published' }
    : { key: 'published', words: 'published' };
}

export function status(run: ListedRun): Html {
  const { key, words } = statusOf(run);
  return html`<span class="status ${key}">${words}</span>`;
}
