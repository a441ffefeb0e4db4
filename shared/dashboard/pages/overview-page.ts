import { type IndexEntry } from '../../artifacts/run-index.js';
import { figure, formatCount, formatShare, monthInWords } from '../../report/figures.js';
import { html, type Html } from '../../report/html.js';
import { type ColourToken, segmentColours } from '../../report/palette.js';
import { chartFigure } from '../../report/sections/chart-figure.js';
import { metricLine } from '../charts/metric-line.js';
import { sizeStream } from '../charts/size-stream.js';
import { decisionForm } from '../decision-form.js';
import { type ListedRun, type ReadRun, runOfEachMonth, waitingRuns } from '../run-reader.js';
import { segmentNames } from '../segment-name.js';
import { status } from '../status.js';

export interface Overview {
  readonly base: string;
  readonly storeUri: string;
  readonly runs: readonly ListedRun[];
  readonly champion: IndexEntry | undefined;
  /** The run of each month, in order, as far back as is shown. */
  readonly months: readonly ReadRun[];
  /** Reasons that a waiting run is held for, by run ID. */
  readonly heldFor: ReadonlyMap<string, readonly string[]>;
  readonly canDecide: boolean;
}

/** All runs by month, what they measured over time, and what waits for a person. */
export function overviewPage(view: Overview): Html {
  const { base, runs, champion } = view;
  if (runs.length === 0) {
    return html`<header>
      <h1>No runs yet</h1>
      <p class="lead">
        <code>${view.storeUri}</code> holds no finished run.
        <code>segments run --source csv:sales.csv --as-of 2023-12</code> makes one.
      </p>
    </header>`;
  }
  const latest = runOfEachMonth(runs).at(-1)!;
  return html`<header>
      <p class="eyebrow">${view.storeUri}</p>
      <h1>
        ${monthInWords(latest.asOf)}: ${latest.metrics.segments}
        segments${
          latest.metrics.shareKept === null
            ? ''
            : `, ${formatShare(latest.metrics.shareKept, 0)} of retailers kept theirs`
        }
      </h1>
      <p class="lead">
        ${status(latest)} ·
        ${
          champion === undefined
            ? 'no champion yet'
            : html`champion: <a href="${base}/runs/${champion.runId}">${monthInWords(champion.asOf)}</a>`
        }
        · <a href="${base}/runs/${latest.runId}/report">the month's report</a>
      </p>
    </header>
    ${waiting(view)} ${sizes(view.months)} ${metrics(view.months)} ${table(view)}`;
}

function waiting({ base, runs, heldFor, canDecide }: Overview): Html | false {
  const held = waitingRuns(runs);
  if (held.length === 0) return false;
  return html`<section aria-labelledby="waiting-title">
    <h2 id="waiting-title">
      ${held.length === 1 ? 'One run waits' : `${held.length} runs wait`} for a decision
    </h2>
    ${held
      .slice()
      .reverse()
      .map(
        (run) =>
          html`<div class="notice" id="held-${run.runId}">
            <h3>
              ${monthInWords(run.asOf)}
              <span
                ><a href="${base}/runs/${run.runId}/report">report</a> ·
                <a href="${base}/runs/${run.runId}">figures</a></span
              >
            </h3>
            ${(heldFor.get(run.runId) ?? []).map((reason) => html`<p>${reason}</p>`)}
            ${decisionForm(base, run, canDecide)}
          </div>`,
      )}
  </section>`;
}

function sizes(months: readonly ReadRun[]): Html | false {
  if (months.length < 2) return false;
  const names = segmentNames(months.map(({ segments }) => segments));
  const sizeIn = ({ comparison }: ReadRun, id: string): number =>
    comparison.segments.find(({ segmentId }) => segmentId === id)?.now ?? 0;
  const ids = [...new Set(months.flatMap(({ comparison }) => comparison.segments.map((s) => s.segmentId)))]
    .filter((id) => months.some((month) => sizeIn(month, id) > 0))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const colours = segmentColours(ids);
  const unassigned = months.map((month) =>
    Math.max(0, month.manifest.eligibility.eligible - ids.reduce((sum, id) => sum + sizeIn(month, id), 0)),
  );
  const bands = [
    ...ids.map((id) => ({
      name: names.get(id) ?? id,
      colour: colours.get(id)!,
      sizes: months.map((month) => sizeIn(month, id)),
    })),
    { name: 'no segment', colour: 'noise' as ColourToken, sizes: unassigned },
  ];
  const labels = months.map(({ entry }) => entry.asOf);
  const words = `Retailers by segment, ${monthInWords(labels[0]!)} to ${monthInWords(labels.at(-1)!)}: ${bands.map(({ name, sizes }) => `${name} ${sizes.map(formatCount).join(', ')}`).join('; ')}`;
  const draw = (key: string, width: number, height: number): string =>
    sizeStream(key, labels, bands, { width, height });
  return html`<section aria-labelledby="sizes-title">
    <h2 id="sizes-title">Segments over time</h2>
    ${chartFigure(draw('sizes', 1000, 300), words, 'wide')}
    ${chartFigure(draw('sizes-narrow', 342, 240), words, 'narrow')}
    <ul class="sizes-legend">
      ${bands.map(
        ({ name, colour }) =>
          html`<li style="--own:var(--${colour})"><span class="dot" aria-hidden="true"></span>${name}</li>`,
      )}
    </ul>
  </section>`;
}

function metrics(months: readonly ReadRun[]): Html | false {
  if (months.length < 2) return false;
  const labels = months.map(({ entry }) => entry.asOf);
  const limits = months.at(-1)!.manifest.config.gate;
  const share = (value: number): string => formatShare(value, 0);
  const chart = (
    key: string,
    title: string,
    note: string,
    values: readonly (number | null)[],
    rest: { limit?: number; range?: readonly [number, number]; format: (value: number) => string },
  ): Html => {
    const drawn = metricLine(
      `metric-${key}`,
      { months: labels, values, ...rest },
      { width: 480, height: 170 },
    );
    const words = `${title}: ${values.map((value, i) => `${labels[i]} ${value === null ? 'unknown' : rest.format(value)}`).join(', ')}`;
    return html`<div>
      <h3>${title}</h3>
      ${chartFigure(drawn, words)}
      <p class="note">${note}</p>
    </div>`;
  };
  const asked = (limit: number, word: string): string => `The gate asks for ${word} ${share(limit)}.`;
  return html`<section aria-labelledby="metrics-title">
    <h2 id="metrics-title">Can it be trusted, month by month?</h2>
    <div class="metrics">
      ${chart(
        'kept',
        'Kept their segment',
        asked(limits.minShareKept, 'at least'),
        months.map(({ manifest }) => manifest.summary.shareKept),
        { limit: limits.minShareKept, range: [0, 1], format: share },
      )}
      ${chart(
        'noise',
        'In no segment',
        asked(limits.maxNoiseShare, 'at most'),
        months.map(({ manifest }) => manifest.summary.segments.noise),
        { limit: limits.maxNoiseShare, range: [0, 1], format: share },
      )}
      ${chart(
        'largest',
        'Largest segment',
        asked(limits.maxLargestShare, 'at most'),
        months.map(({ manifest }) => manifest.summary.segments.largestShare),
        { limit: limits.maxLargestShare, range: [0, 1], format: share },
      )}
      ${chart(
        'effective',
        'Effective number of segments',
        'exp(entropy of sizes): as many segments of equal size.',
        months.map(({ manifest }) => manifest.summary.segments.effectiveClusters),
        { format: (value) => String(Number(value.toFixed(1))) },
      )}
    </div>
  </section>`;
}

function table({ base, runs, champion }: Overview): Html {
  const share = (value: number): string => formatShare(value);
  const newestFirst = runs.slice().reverse();
  const before = (run: ListedRun): ListedRun | undefined =>
    runOfEachMonth(runs).findLast(({ asOf, published }) => asOf < run.asOf && published);
  return html`<section aria-labelledby="runs-title">
    <h2 id="runs-title">All runs</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="All runs">
      <table>
        <thead>
          <tr>
            <th scope="col">month</th>
            <th scope="col">verdict</th>
            <th scope="col" class="num">segments</th>
            <th scope="col" class="num">kept</th>
            <th scope="col" class="num">largest</th>
            <th scope="col" class="num">no segment</th>
            <th scope="col"><span class="visually-hidden">pages</span></th>
          </tr>
        </thead>
        <tbody>
          ${newestFirst.map((run) => {
            const { runId, asOf, metrics } = run;
            const earlier = before(run);
            return html`<tr data-run="${runId}">
              <th scope="row">
                <a href="${base}/runs/${runId}">${asOf}</a>${
                  runId === champion?.runId && html`<span class="badge">champion</span>`
                }
              </th>
              <td>${status(run)}</td>
              <td class="num">${figure(`${runId}.segments`, metrics.segments, String)}</td>
              <td class="num">${figure(`${runId}.kept`, metrics.shareKept, share)}</td>
              <td class="num">${figure(`${runId}.largest`, metrics.largestShare, share)}</td>
              <td class="num">${figure(`${runId}.noise`, metrics.noise, share)}</td>
              <td class="row-actions">
                <a href="${base}/runs/${runId}/report">report</a>
                ${
                  earlier !== undefined &&
                  html`<a href="${base}/compare?from=${earlier.runId}&to=${runId}">compare</a>`
                }
              </td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </section>`;
}
