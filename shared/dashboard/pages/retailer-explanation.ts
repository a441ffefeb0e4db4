import { type ExplainedRetailer } from '../../explain/explain-stored-retailer.js';
import { explanationContent, type ExplanationTable } from '../../explain/explanation-content.js';
import { html, type Html } from '../../report/html.js';

/** Why a retailer is in its segment and what would move it: the words of `segments explain`. */
export function retailerExplanation(explained: ExplainedRetailer): Html {
  const { headline, remarks, tables, changes } = explanationContent(explained);
  return html`<section aria-labelledby="explanation-title" data-run="${explained.runId}">
    <h2 id="explanation-title">Why it is there</h2>
    <p>${headline}</p>
    ${remarks.map((line) => html`<p>${line}</p>`)} ${tables.map(table)}
    ${
      changes.length > 0 &&
      html`<h3>What would move it</h3>
        <ul>
          ${changes.map((line) => html`<li>${line}</li>`)}
        </ul>`
    }
  </section>`;
}

function table({ title, head, rows }: ExplanationTable): Html {
  return html`<h3>${title}</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table>
        <thead>
          <tr>
            ${head.map((name, i) =>
              name === ''
                ? html`<td></td>`
                : html`<th scope="col" class="${i === 0 ? '' : 'num'}">${name}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([first, ...others]) =>
              html`<tr>
                <th scope="row">${first}</th>
                ${others.map((cell) => html`<td class="num">${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
