import { formatDecimal } from '../../report/figures.js';
import { html, type Html } from '../../report/html.js';
import { segmentColours } from '../../report/palette.js';
import { type ExplainedRetailer } from '../../explain/explain-stored-retailer.js';
import { type RetailerMonth } from '../run-reader.js';
import { retailerExplanation } from './retailer-explanation.js';

export interface RetailerView {
  readonly base: string;
  /** What was asked for; empty until something is. */
  readonly shopId: string;
  readonly months: readonly RetailerMonth[];
  readonly names: ReadonlyMap<string, string>;
  /** Why it is where it is in one of the runs; undefined where none of them ever saw it. */
  readonly explained: ExplainedRetailer | undefined;
}

/** One retailer through the months. */
export function retailerPage({ base, shopId, months, names, explained }: RetailerView): Html {
  const form = html`<form class="form" action="${base}/retailers" role="search">
    <label class="grow"
      >shop_id<input
        type="search"
        name="shop_id"
        value="${shopId}"
        required
        maxlength="200"
        spellcheck="false"
    /></label>
    <button class="primary">Find</button>
  </form>`;
  if (shopId === '') {
    return html`<header>
      <h1>A retailer through the months</h1>
      ${form}
    </header>`;
  }
  const known = months.filter(({ segmentId }) => segmentId !== undefined);
  if (known.length === 0) {
    return html`<header>
        <h1>${explained === undefined ? `No retailer ${shopId}` : shopId}</h1>
        <p class="lead">
          ${
            explained === undefined
              ? `None of ${months.length} runs ever saw it.`
              : `It is in no segment in any of ${months.length} runs.`
          }
        </p>
        ${form}
      </header>
      ${explained !== undefined && retailerExplanation(explained)}`;
  }
  const segments = known.flatMap(({ segmentId }) => (typeof segmentId === 'string' ? [segmentId] : []));
  const colours = segmentColours(segments);
  const moves = known.filter(({ segmentId }, i) => i > 0 && segmentId !== known[i - 1]!.segmentId).length;
  return html`<header>
      <h1>${shopId}</h1>
      <p class="lead">
        In ${known.length} of ${months.length} months shown;
        ${moves === 0 ? 'it never moved' : moves === 1 ? 'it moved once' : `it moved ${moves} times`}.
      </p>
      ${form}
    </header>
    <section aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <ol class="strip">
        ${months.map(({ entry, segmentId, strength }) => {
          const month = html`<a href="${base}/runs/${entry.runId}">${entry.asOf}</a>`;
          const why = html`<a
            href="${base}/retailers?shop_id=${encodeURIComponent(shopId)}&run=${entry.runId}#explanation-title"
            aria-label="why, in ${entry.asOf}"
            >why</a
          >`;
          if (segmentId === undefined)
            return html`<li>${month}<span class="away">not in this run</span></li>`;
          if (segmentId === null) return html`<li>${month}<span class="away">in no segment</span>${why}</li>`;
          return html`<li style="--own:var(--${colours.get(segmentId)})" data-segment="${segmentId}">
            ${month}<span class="where">${segmentId} · ${names.get(segmentId) ?? segmentId}</span>
            <span class="num">${strength !== null && formatDecimal(strength)} ${why}</span>
          </li>`;
        })}
      </ol>
      <p class="note">The figure at the right is the strength of membership, 0 to 1.</p>
    </section>
    ${explained !== undefined && retailerExplanation(explained)}`;
}
