import { html, type Html } from '../report/html.js';
import { type ListedRun } from './run-reader.js';

/** Approve or reject a held run. The token is asked for each time and kept nowhere. */
export function decisionForm(base: string, { runId }: ListedRun, canDecide: boolean): Html {
  if (!canDecide) {
    return html`<p class="note">
      This dashboard is read-only. Decide with
      <code>segments runs approve ${runId} --by NAME --reason TEXT</code> or <code>reject</code>, or start the
      dashboard with a token.
    </p>`;
  }
  return html`<form class="form" method="post" action="${base}/runs/${runId}/decision" autocomplete="off">
    <label>Your name<input type="text" name="by" required maxlength="200" autocomplete="name" /></label>
    <label class="grow">Why<input type="text" name="reason" required maxlength="2000" /></label>
    <label>Token<input type="password" name="token" required autocomplete="current-password" /></label>
    <button class="primary" name="outcome" value="approved">Approve</button>
    <button name="outcome" value="rejected">Reject</button>
  </form>`;
}
