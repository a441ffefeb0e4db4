import { formatCount, formatSeconds } from '../figures.js';
import { html, type Html } from '../html.js';
import { type ReportInput } from '../report-input.js';

/** Around the section in the page: it can be replaced by one that knows more. */
export const provenanceMarks = { begin: '<!--provenance-->', end: '<!--/provenance-->' } as const;

type Provenance = Pick<ReportInput, 'runId' | 'fingerprint' | 'sales' | 'provenance'>;
type Row = [string, Html | string];

function sourceRows({ kind, rows, bytes, version, sha256 }: NonNullable<ReportInput['fingerprint']>): Row[] {
  return [
    [
      'source',
      html`${kind}, ${formatCount(rows)} rows, ${formatCount(bytes)}
      bytes${version !== undefined && `, version ${version}`}`,
    ],
    ['source sha256', html`<code>${sha256}</code>`],
  ];
}

/** All that proves and repeats the run. */
export function provenanceSection(input: Provenance): Html {
  const { fingerprint, sales, provenance } = input;
  const rows: Row[] = [
    ...(input.runId !== undefined ? [['run', html`<code>${input.runId}</code>`] as Row] : []),
    ...(provenance.comparedWith !== undefined
      ? [['compared with', html`<code>${provenance.comparedWith}</code>`] as Row]
      : []),
    ...(fingerprint === undefined ? [] : sourceRows(fingerprint)),
    ...(sales === undefined
      ? []
      : [['sales used', html`${formatCount(sales.rows)} rows, sha256 <code>${sales.sha256}</code>`] as Row]),
    ['code', html`<code>${provenance.codeVersion}</code>`],
    ...Object.entries(provenance.versions ?? {}).map(([name, version]): Row => [name, version]),
    ...Object.entries(provenance.seeds).map(([name, seed]): Row => [`seed (${name})`, String(seed)]),
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
    ${
      input.runId === undefined &&
      html`<p>
        Run ID, source, times and the hash of every file are in <code>manifest.json</code> beside this page,
        which itself is the same for equal runs. <code>segments report RUN_ID -o page.html</code> writes it
        with them, and with the command that repeats the run.
      </p>`
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
