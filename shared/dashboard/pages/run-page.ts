import { isWaiting } from '../../artifacts/run-index.js';
import { figure, formatCount, formatDecimal, formatShare, monthInWords } from '../../report/figures.js';
import { html, type Html } from '../../report/html.js';
import { runCommand } from '../../report/run-command.js';
import { decisionForm } from '../decision-form.js';
import { type ReadRun } from '../run-reader.js';
import { segmentName } from '../segment-name.js';
import { status } from '../status.js';

export interface RunView {
  readonly base: string;
  readonly run: ReadRun;
  readonly isChampion: boolean;
  readonly canDecide: boolean;
  /** Addresses of this run elsewhere: Temporal's UI, MLflow. */
  readonly links: readonly { readonly label: string; readonly href: string }[];
}

/** One run: its verdict and reasons, its segments, its files, and how to repeat it. */
export function runPage({ base, run, isChampion, canDecide, links }: RunView): Html {
  const { entry, manifest, comparison, segments } = run;
  const { summary } = manifest;
  const share = (value: number): string => formatShare(value);
  const present = comparison.segments.filter(({ now }) => now > 0);
  const spaces = [
    ['segments', `segments of record (${summary.method})`, summary.segments, summary.shareKept],
    ['latent', 'latent HDBSCAN', summary.latent, summary.keptBySpace.latent],
    ['mixture', 'mixture', summary.mixture, summary.keptBySpace.mixture],
    ['raw', 'raw HDBSCAN', summary.raw, summary.keptBySpace.raw],
    ['pca', 'control: PCA', summary.controls.pca, summary.keptBySpace.pca],
    ['untrained', 'control: untrained', summary.controls.untrained, summary.keptBySpace.untrained],
  ] as const;
  return html`<header>
      <p class="eyebrow">Run <code>${manifest.runId}</code></p>
      <h1>${monthInWords(entry.asOf)}</h1>
      <p class="lead">
        ${status(entry)}${isChampion && ' · champion'} ·
        <a href="${base}/runs/${entry.runId}/report">report</a>
        ${
          manifest.comparedWith &&
          html` ·
            <a href="${base}/compare?from=${manifest.comparedWith.runId}&to=${entry.runId}"
              >against ${monthInWords(manifest.comparedWith.asOf)}</a
            >`
        }${links.map(({ label, href }) => html` · <a href="${href}" rel="noreferrer">${label}</a>`)}
      </p>
      ${isWaiting(entry) && decisionForm(base, entry, canDecide)}
    </header>
    <section aria-labelledby="reasons-title">
      <h2 id="reasons-title">What the gate saw</h2>
      <ul class="reasons">
        ${[...summary.reasons]
          .sort((a, b) => Number(a.passed) - Number(b.passed))
          .map(
            ({ passed, sentence }) =>
              html`<li class="${passed ? 'pass' : 'fail'}">
                <span class="mark" aria-hidden="true">${passed ? '✓' : '✕'}</span>
                <span class="visually-hidden">${passed ? 'passed' : 'failed'}: </span>${sentence}
              </li>`,
          )}
      </ul>
    </section>
    <section aria-labelledby="segments-title">
      <h2 id="segments-title">Segments</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Segments">
        <table>
          <thead>
            <tr>
              <th scope="col">segment</th>
              <th scope="col" class="num">retailers</th>
              <th scope="col" class="num">before</th>
              <th scope="col" class="num">kept</th>
              <th scope="col" class="num">overlap</th>
            </tr>
          </thead>
          <tbody>
            ${present.map(
              ({ segmentId, now, before, shareKept, jaccard }) =>
                html`<tr>
                  <th scope="row">${segmentId}<small>${segmentName(segments, segmentId)}</small></th>
                  <td class="num">${figure(`${segmentId}.size`, now, formatCount)}</td>
                  <td class="num">${comparison.previous === null ? '–' : formatCount(before)}</td>
                  <td class="num">${figure(`${segmentId}.kept`, shareKept, share)}</td>
                  <td class="num">${figure(`${segmentId}.jaccard`, jaccard, share)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p>
        <img
          class="picture"
          src="${base}/runs/${entry.runId}/files/segment-map.png"
          alt="Map of retailers in the latent space, coloured by segment"
          loading="lazy"
          width="1000"
          height="720"
        />
      </p>
    </section>
    <section aria-labelledby="spaces-title">
      <h2 id="spaces-title">Every space, side by side</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Structure of every space">
        <table>
          <thead>
            <tr>
              <th scope="col">space</th>
              <th scope="col" class="num">clusters</th>
              <th scope="col" class="num">effective</th>
              <th scope="col" class="num">largest</th>
              <th scope="col" class="num">noise</th>
              <th scope="col" class="num">stayed</th>
            </tr>
          </thead>
          <tbody>
            ${spaces.map(
              ([key, label, metrics, kept]) =>
                html`<tr>
                  <th scope="row">${label}</th>
                  <td class="num">${figure(`${key}.clusters`, metrics?.clusters, String)}</td>
                  <td class="num">
                    ${figure(`${key}.effective`, metrics?.effectiveClusters, (value) => formatDecimal(value, 1))}
                  </td>
                  <td class="num">${figure(`${key}.largest`, metrics?.largestShare, share)}</td>
                  <td class="num">${figure(`${key}.noise`, metrics?.noise, share)}</td>
                  <td class="num">${figure(`${key}.stayed`, kept, share)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>
    <section aria-labelledby="files-title">
      <h2 id="files-title">Files</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Files">
        <table>
          <thead>
            <tr>
              <th scope="col">file</th>
              <th scope="col" class="num">rows</th>
              <th scope="col" class="num">bytes</th>
            </tr>
          </thead>
          <tbody>
            ${Object.entries(manifest.files)
              .filter(([name]) => !name.startsWith('stages/'))
              .map(
                ([name, { rows, bytes }]) =>
                  html`<tr>
                    <th scope="row"><a href="${base}/runs/${entry.runId}/files/${name}">${name}</a></th>
                    <td class="num">${rows > 0 ? formatCount(rows) : ''}</td>
                    <td class="num">${formatCount(bytes)}</td>
                  </tr>`,
              )}
          </tbody>
        </table>
      </div>
      <h3>To repeat this run</h3>
      <pre tabindex="0"><code>${runCommand(manifest)}</code></pre>
    </section>`;
}
