import { readJaccard } from '../../stability/jaccard.js';
import { seasonChart } from '../charts/season-chart.js';
import { sparkline } from '../charts/sparkline.js';
import {
  figure,
  formatChange,
  formatCount,
  formatDecimal,
  formatShare,
  formatSigned,
  monthName,
} from '../figures.js';
import { html, type Html } from '../html.js';
import { type ProfileRow, type ReportInput, type ReportSegment } from '../report-input.js';
import { type ReportNames } from '../report-names.js';
import { chartFigure } from './chart-figure.js';

/** Effects are drawn up to this many standard deviations. */
const effectBound = 2;
const profileRows = 6;
const typicalRetailers = 3;
/** Least bound of a seasonal curve, so that a flat one looks flat. */
const leastSeason = 0.15;

function profileRow(segment: string, { feature, phrase, effect, mean, meanOfAll }: ProfileRow): Html {
  const width = (Math.min(Math.abs(effect), effectBound) / effectBound) * 50;
  const style = `width:${width.toFixed(1)}%;${effect < 0 ? 'right' : 'left'}:50%`;
  const title = `${feature}: mean ${formatDecimal(mean)}, all retailers ${formatDecimal(meanOfAll)}`;
  return html`<li title="${title}">
    <span class="what">${phrase ?? feature}</span>
    <span class="bar" aria-hidden="true"><i style="${style}"></i></span>
    <span class="num"
      >${figure(`${segment}.effect.${feature}`, effect, (value) => formatSigned(value, 1))}</span
    >
  </li>`;
}

function seasonText(values: readonly number[]): string {
  const peak = values.indexOf(Math.max(...values));
  const low = values.indexOf(Math.min(...values));
  return `Seasonal course: highest in ${monthName(peak)}, ${formatSigned(100 * Math.expm1(values[peak]!), 0)}%, lowest in ${monthName(low)}, ${formatSigned(100 * Math.expm1(values[low]!), 0)}%`;
}

function typical(segment: ReportSegment): Html | false {
  const shown = (segment.typical ?? []).slice(0, typicalRetailers);
  if (shown.length === 0) return false;
  return html`<h4>Typical retailers</h4>
    <ul class="typical">
      ${shown.map(
        ({ shopId, strength, quantities }, i) =>
          html`<li>
            <button type="button" class="link" data-find="${shopId}">${shopId}</button>
            ${
              quantities !== undefined &&
              quantities.length > 1 &&
              chartFigure(
                sparkline(`typical-${segment.id.replace(/\W/g, '')}-${i}`, quantities, 'muted', {
                  width: 110,
                  height: 24,
                }),
                `Monthly quantities, ${formatCount(Math.round(Math.min(...quantities)))} to ${formatCount(Math.round(Math.max(...quantities)))}`,
                'curve',
              )
            }
            ${strength !== undefined && html`<span class="num" title="membership strength">${formatDecimal(strength)}</span>`}
          </li>`,
      )}
    </ul>`;
}

function strengths({ id, strengthCounts, meanStrength }: ReportSegment): Html | false {
  if (meanStrength === undefined) return false;
  const most = Math.max(1, ...(strengthCounts ?? []));
  return html`<div class="fact">
    <dt>Mean strength</dt>
    <dd>
      ${figure(`${id}.strength`, meanStrength, (value) => formatDecimal(value))}
      ${
        strengthCounts !== undefined &&
        html`<span
          class="histogram"
          role="img"
          aria-label="Retailers by strength from 0 to 1: ${strengthCounts.map(formatCount).join(', ')}"
          >${strengthCounts.map((count) => html`<i style="height:${((count / most) * 100).toFixed(0)}%"></i>`)}</span
        >`
      }
    </dd>
  </div>`;
}

function card(input: ReportInput, names: ReportNames, segment: ReportSegment, seasonBound: number): Html {
  const { id } = segment;
  const measured = input.comparison?.segments.find(({ segmentId }) => segmentId === id);
  const compared = input.comparison?.previous ? measured : undefined;
  const bootstrap = measured?.bootstrapJaccard ?? null;
  const profile = [...segment.profile]
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .slice(0, profileRows);
  return html`<article class="card" style="--own:var(--${names.colour(id)})" id="segment-${id}">
    <h3><span class="dot" aria-hidden="true"></span>${segment.name}<span class="id">${id}</span></h3>
    <p class="size">
      <span class="big">${figure(`${id}.size`, segment.size, formatCount)}</span>
      retailers,
      ${figure(`${id}.share`, segment.share, (value) => formatShare(value))}${
        compared !== undefined &&
        html`<span class="change"
          >${
            compared.before === 0
              ? 'new'
              : figure(`${id}.change`, compared.now - compared.before, formatChange)
          }</span
        >`
      }
    </p>
    ${
      profile.length > 0 &&
      html`<h4>What sets it apart <span>effect, in standard deviations from the average</span></h4>
        <ul class="profile">
          ${profile.map((row) => profileRow(id, row))}
        </ul>`
    }
    ${
      segment.seasonality !== undefined &&
      html`<h4>Through the year</h4>
        ${chartFigure(
          seasonChart(`season-${id.replace(/\W/g, '')}`, segment.seasonality, seasonBound, names.colour(id)),
          seasonText(segment.seasonality),
          'season',
        )}`
    }
    ${typical(segment)}
    <dl class="facts">
      ${
        segment.shareOfVolume !== undefined &&
        html`<div class="fact">
          <dt>Share of volume</dt>
          <dd>${figure(`${id}.volume`, segment.shareOfVolume, (value) => formatShare(value))}</dd>
        </div>`
      }
      ${
        compared !== undefined &&
        compared.jaccard !== null &&
        html`<div class="fact">
          <dt>Same retailers as before</dt>
          <dd>${figure(`${id}.jaccard`, compared.jaccard, (value) => formatShare(value))}</dd>
        </div>`
      }
      ${
        bootstrap !== null &&
        html`<div class="fact">
          <dt>On resampled data</dt>
          <dd>
            ${readJaccard(bootstrap)},
            ${figure(`${id}.bootstrap`, bootstrap, (value) => formatDecimal(value))}
          </dd>
        </div>`
      }
      ${strengths(segment)}
    </dl>
  </article>`;
}

/** A card a segment, largest first. */
export function segmentCards(input: ReportInput, names: ReportNames): Html {
  const deviations = input.segments.flatMap(({ seasonality }) => seasonality ?? []).map(Math.abs);
  const bound = Math.max(leastSeason, ...deviations);
  const segments = [...input.segments].sort((a, b) => b.size - a.size);
  return html`<section id="segments" aria-labelledby="segments-title">
    <h2 id="segments-title">Segments</h2>
    ${segments.length === 0 && html`<p>No segment was found.</p>`}
    <div class="cards">${segments.map((segment) => card(input, names, segment, bound))}</div>
  </section>`;
}
