import { formatCount, formatSeconds } from '../figures.js';
import { html, type Html } from '../html.js';
import { type ReportInput } from '../report-input.js';

/** All that proves and repeats the run. */
export function provenanceSection(input: ReportInput): Html {
  const { fingerprint, provenance } = input;
  const rows: [string, Html | string][] = [
    ...(input.runId !== undefined ? [['run', html`<code>${input.runId}</code>`] as [string, Html]] : []),
    ...(provenance.comparedWith !== undefined
      ? [['compared with', html`<code>${provenance.comparedWith}</code>`] as [string, Html]]
      : []),
    [
      'source',
      html`${fingerprint.kind}, ${formatCount(fingerprint.rows)} rows, ${formatCount(fingerprint.bytes)}
      bytes${fingerprint.version !== undefined && `, version ${fingerprint.version}`}`,
    ],
    ['source sha256', html`<code>${fingerprint.sha256}</code>`],
    ['code', html`<code>${provenance.codeVersion}</code>`],
    ...Object.entries(provenance.versions ?? {}).map(
      ([name, version]) => [name, version] as [string, string],
    ),
    ...Object.entries(provenance.seeds).map(
      ([name, seed]) => [`seed (${name})`, String(seed)] as [string, string],
    ),
  ];
  const { timings = [] } = provenance;
  const longest = Math.max(1e-9, ...timings.map(({ seconds }) => seconds));
  const total = timings.reduce((sum, { seconds }) => sum + seconds, 0);
  return html`<section id="provenance" aria-labelledby="provenance-title">
    <h2 id="provenance-title">Provenance</h2>
    ${
      provenance.command !== undefined &&
      html`<h3>To repeat this run</h3>
        <pre tabindex="0"><code>${provenance.command}</code></pre>`
    }
    <div class="columns">
      <div>
        <h3>What it ran on</h3>
        <dl class="pairs">
          ${rows.map(
            ([name, value]) =>
              html`<dt>${name}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>
      </div>
      ${
        timings.length > 0 &&
        html`<div>
          <h3>Time by stage <span>${formatSeconds(total)} of work</span></h3>
          <ul class="funnel">
            ${timings.map(
              ({ stage, seconds }) =>
                html`<li>
                  <span class="what">${stage}</span>
                  <span class="bar" aria-hidden="true"
                    ><i style="width:${((seconds / longest) * 100).toFixed(2)}%"></i
                  ></span>
                  <span class="num">${formatSeconds(seconds)}</span>
                </li>`,
            )}
          </ul>
        </div>`
      }
    </div>
    <details>
      <summary>Configuration</summary>
      <pre tabindex="0"><code>${JSON.stringify(provenance.config, null, 2)}</code></pre>
    </details>
  </section>`;
}
