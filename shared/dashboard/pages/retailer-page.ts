import { formatDecimal } from '../../report/figures.js';
import { html, type Html } from '../../report/html.js';
import { segmentColours } from '../../report/palette.js';
import { type RetailerMonth } from '../run-reader.js';

export interface RetailerView {
  readonly base: string;
  /** What was asked for; empty until something is. */
  readonly shopId: string;
  readonly months: readonly RetailerMonth[];
  readonly names: ReadonlyMap<string, string>;
}

/** One retailer through the months. */
export function retailerPage({ base, shopId, months, names }: RetailerView): Html {
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
      <h1>No retailer ${shopId}</h1>
      <p class="lead">
        None of ${months.length} runs has it. It may have too little history: eligibility.parquet of a run
        says so.
      </p>
      ${form}
    </header>`;
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
          if (segmentId === undefined)
            return html`<li>${month}<span class="away">not in this run</span></li>`;
          if (segmentId === null) return html`<li>${month}<span class="away">in no segment</span></li>`;
          return html`<li style="--own:var(--${colours.get(segmentId)})" data-segment="${segmentId}">
            ${month}<span class="where">${segmentId} · ${names.get(segmentId) ?? segmentId}</span>
            <span class="num">${strength !== null && formatDecimal(strength)}</span>
          </li>`;
        })}
      </ol>
      <p class="note">
        The figure at the right is the strength of membership, 0 to 1.
        <code>segments explain ${shopId}</code> says why it is where it is, and what would move it.
      </p>
    </section>`;
}
