import { compareStates, outside, type TransitionRow } from '../../stability/transition-matrix.js';
import { flowChart } from '../charts/flow-chart.js';
import { figure, formatCount, formatDecimal, formatShare, formatSigned, monthInWords } from '../figures.js';
import { html, type Html } from '../html.js';
import { type ReportInput, type ReportMove } from '../report-input.js';
import { type ReportNames } from '../report-names.js';
import { type ChangeAttribution } from '../../stability/change-attribution.js';
import { type SegmentTransition } from '../../stability/monic-transitions.js';
import { chartFigure } from './chart-figure.js';

function matrixTable(rows: readonly TransitionRow[], names: ReportNames): Html {
  const from = [...new Set(rows.map((row) => row.from))].sort(compareStates);
  const to = [...new Set(rows.map((row) => row.to))].sort(compareStates);
  const cell = (a: string, b: string): Html => {
    const flow = rows.find((row) => row.from === a && row.to === b);
    if (flow === undefined) return html`<td class="num faint">·</td>`;
    const depth = (flow.shareOfFrom * 28).toFixed(0);
    return html`<td
      class="num${a === b && a !== outside.noise ? ' same' : ''}"
      style="--depth:${depth}%"
      title="${formatShare(flow.shareOfFrom)} of ${names.full(a)}"
    >
      ${figure(`flow.${a}.${b}`, flow.retailers, formatCount)}
    </td>`;
  };
  const heading = (state: string): Html =>
    state === outside.noise || state === outside.absent
      ? html`${state === outside.noise ? 'none' : 'absent'}`
      : html`<abbr title="${names.name(state)}">${state}</abbr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Transition matrix">
    <table class="matrix">
      <caption>
        Retailers by segment before (rows) and now (columns); the shade is the share of the row.
      </caption>
      <thead>
        <tr>
          <th scope="col">before \\ now</th>
          ${to.map((state) => html`<th scope="col" class="num">${heading(state)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${from.map(
          (a) =>
            html`<tr>
              <th scope="row">${names.full(a)}</th>
              ${to.map((b) => cell(a, b))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function eventSentence({ kind, from, to, retailers }: SegmentTransition, names: ReportNames): string {
  const list = (ids: readonly string[]): string => ids.map((id) => `‘${names.name(id)}’`).join(' and ');
  const count = `${formatCount(retailers)} retailers`;
  switch (kind) {
    case 'survives':
      return from[0] === to[0]
        ? `${list(from)} lives on with ${count}.`
        : `${list(from)} lives on as ${list(to)} with ${count}.`;
    case 'splits':
      return `${list(from)} split into ${list(to)}: ${count} went along.`;
    case 'merges':
      return `${list(from)} merged into ${list(to)}: ${count} went along.`;
    case 'emerges':
      return `${list(to)} is new: no earlier segment leads to it.`;
    case 'disappears':
      return `${list(from)} is gone: no segment carries it on.`;
  }
}

function moveTable(moves: readonly ReportMove[], names: ReportNames): Html {
  return html`<h3>Who moved, and what changed for them</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="Moves">
      <table class="moves">
        <thead>
          <tr>
            <th scope="col">from</th>
            <th scope="col">to</th>
            <th scope="col" class="num">retailers</th>
            <th scope="col">moved most, in standard deviations</th>
          </tr>
        </thead>
        <tbody>
          ${moves.map(
            ({ from, to, retailers, changes }) =>
              html`<tr>
                <td>${names.full(from)}</td>
                <td>${names.full(to)}</td>
                <td class="num">${formatCount(retailers)}</td>
                <td>
                  ${changes.map(({ feature, phrase, change }) => `${phrase ?? feature} ${formatSigned(change, 1)}`).join(', ')}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

const causes = {
  none: 'Hardly anybody is elsewhere before the rules that steady segments, so there is nothing to explain.',
  data: 'Mostly the retailers changed, not the model.',
  model:
    'Mostly the model changed, not the retailers; its two spaces are too different to say which part of it.',
  representation:
    'Mostly the representation of retailers changed (their scaling or encoding), not the retailers.',
  clustering: 'Mostly the clusters were drawn differently; the retailers did not change as much.',
} as const;

/** Whether retailers moved or the model did; nothing where it was not measured. */
function attribution(measured: ChangeAttribution | null | undefined): Html | false {
  if (measured === null || measured === undefined) return false;
  const share = (value: number): string => formatShare(value);
  const fact = (name: string, label: string, value: number | null): Html | false =>
    value !== null &&
    html`<div class="fact">
      <dt>${label}</dt>
      <dd>${figure(`attribution.${name}`, value, share)}</dd>
    </div>`;
  return html`<h3>The market, or the model?</h3>
    <p>${causes[measured.cause]}</p>
    <dl class="facts row">
      ${fact('total', 'Elsewhere, all in all', measured.total)}
      ${fact('data', 'By the data alone', measured.data)}
      ${fact('model', 'By the model alone', measured.model)}
      ${fact('representation', 'of which representation', measured.representation)}
      ${fact('clustering', 'of which clusters', measured.clustering)}
    </dl>
    <p class="note">
      Shares of the ${formatCount(measured.retailers)} retailers in both runs that each change alone would
      move by their features, everything else held and before retailers are steadied; they need not add up.
    </p>`;
}

/** Where retailers went between the previous run and this one; nothing on a first run. */
export function movement(
  input: Pick<ReportInput, 'asOf' | 'comparison' | 'moves'>,
  names: ReportNames,
): Html | false {
  const { comparison } = input;
  if (!comparison?.previous) return false;
  const { matrix, retailers, agreement } = comparison;
  const before = monthInWords(comparison.previous.asOf);
  const present = matrix.filter(({ from, to }) => from !== outside.absent && to !== outside.absent);
  const label = (narrow: boolean) => (state: string) =>
    narrow ? (state === outside.noise ? 'none' : state) : names.full(state);
  const flow = (narrow: boolean): string =>
    flowChart(narrow ? 'flow-narrow' : 'flow', present, {
      size: narrow ? { width: 342, height: 360 } : { width: 1000, height: 400 },
      label: label(narrow),
      colour: names.colour,
    });
  const text = `Flow of retailers from ${before} to ${monthInWords(input.asOf)}; the table below holds the same figures`;
  const agreed = agreement.withNoise;
  const events = comparison.transitions.filter(({ kind }) => kind !== 'survives');
  return html`<section id="movement" aria-labelledby="movement-title">
    <h2 id="movement-title">Movement since ${before}</h2>
    <p class="lead">
      ${figure('common', retailers.common, formatCount)} retailers are in both runs,
      ${figure('joined', retailers.joined, formatCount)} joined and
      ${figure('left', retailers.left, formatCount)} left.
      ${
        agreed !== null &&
        html`The two groupings agree at
        ${figure('ari', agreed.adjustedRandIndex, (value) => formatDecimal(value, 3))} (adjusted Rand index; 1
        is identical, 0 is chance),
        ${figure('ami', agreed.adjustedMutualInformation, (value) => formatDecimal(value, 3))} by adjusted
        mutual information.`
      }
    </p>
    ${
      events.length > 0
        ? html`<ul class="events">
            ${events.map((event) => html`<li>${eventSentence(event, names)}</li>`)}
          </ul>`
        : html`<p>Every segment lives on: none split, merged, appeared or disappeared.</p>`
    }
    ${
      present.length > 0 &&
      html`<div class="sides" aria-hidden="true">
          <span>${before}</span><span>${monthInWords(input.asOf)}</span>
        </div>
        ${chartFigure(flow(false), text, 'wide')}${chartFigure(flow(true), text, 'narrow')}`
    }
    ${attribution(comparison.attribution)} ${matrixTable(matrix, names)}
    ${input.moves !== undefined && input.moves.length > 0 && moveTable(input.moves, names)}
  </section>`;
}
