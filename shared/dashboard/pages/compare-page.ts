import { formatShare, monthInWords } from '../../report/figures.js';
import { html, type Html } from '../../report/html.js';
import { reportNames } from '../../report/report-names.js';
import { movement } from '../../report/sections/movement.js';
import { type Comparison } from '../../stability/comparison-schema.js';
import { type ListedRun, type ReadRun } from '../run-reader.js';
import { segmentNames } from '../segment-name.js';
import { statusOf } from '../status.js';

export interface CompareView {
  readonly base: string;
  readonly runs: readonly ListedRun[];
  /** Undefined until two runs are chosen. */
  readonly chosen:
    { readonly from: ReadRun; readonly to: ReadRun; readonly comparison: Comparison } | undefined;
}

/** Any two runs on the retailers that are in both. */
export function comparePage({ base, runs, chosen }: CompareView): Html {
  const select = (name: string, label: string, value: string | undefined): Html =>
    html`<label class="grow"
      >${label}<select name="${name}">
        ${runs
          .slice()
          .reverse()
          .map(
            (run) =>
              html`<option value="${run.runId}" ${run.runId === value && 'selected'}>
                ${run.asOf}, ${statusOf(run).words} (${run.runId.slice(0, 8)})
              </option>`,
          )}
      </select></label
    >`;
  const latest = runs.at(-1)?.runId;
  const form = html`<form class="form" action="${base}/compare">
    ${select('from', 'Earlier run', chosen?.from.entry.runId ?? runs.at(-2)?.runId)}
    ${select('to', 'Later run', chosen?.to.entry.runId ?? latest)}
    <button class="primary">Compare</button>
  </form>`;
  if (chosen === undefined) {
    return html`<header>
      <h1>Compare two runs</h1>
      ${runs.length < 2 ? html`<p class="lead">There have to be two runs first.</p>` : form}
    </header>`;
  }
  const { from, to, comparison } = chosen;
  const names = reportNames({
    segments: [],
    comparison,
    formerNames: Object.fromEntries(segmentNames([from.segments, to.segments])),
  });
  const { kept } = comparison;
  return html`<header>
      <h1>${monthInWords(from.entry.asOf)} and ${monthInWords(to.entry.asOf)}</h1>
      <p class="lead">
        ${
          kept.share === null
            ? 'Nobody was in a segment in the earlier run.'
            : `${formatShare(kept.share)} of retailers that were in a segment kept it.`
        }
      </p>
      ${form}
    </header>
    ${movement({ asOf: to.entry.asOf, comparison }, names)}`;
}
