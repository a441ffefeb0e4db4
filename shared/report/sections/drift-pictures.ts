import { featureValue } from '../../explain/feature-value.js';
import { type FeatureDrift } from '../../stability/feature-drift.js';
import { driftChart } from '../charts/drift-chart.js';
import { type FeatureHistogram } from '../content/feature-histograms.js';
import { featureLabel } from '../content/feature-labels.js';
import { formatDecimal } from '../figures.js';
import { html, type Html } from '../html.js';
import { chartFigure } from './chart-figure.js';

/** The features that drifted most, before and now, each with its index and distance beside it. */
export function driftPictures(
  histograms: readonly FeatureHistogram[],
  drift: readonly FeatureDrift[],
  before: string,
  now: string,
): Html {
  const figures = new Map(drift.map((row) => [row.feature, row]));
  return html`<p class="key">
      <span class="swatch before" aria-hidden="true"></span>${before}
      <span class="swatch now" aria-hidden="true"></span>${now} · share of retailers by value
    </p>
    <ul class="drifts">
      ${histograms.map((histogram) => picture(histogram, figures.get(histogram.feature)!, before, now))}
    </ul>`;
}

function picture(
  { feature, low, high, before: counts, now: countsNow }: FeatureHistogram,
  { psi, ks }: FeatureDrift,
  before: string,
  now: string,
): Html {
  const label = featureLabel(feature);
  const ends = [featureValue(feature, low), featureValue(feature, high)] as const;
  const text =
    `${label}, from ${ends[0]} to ${ends[1]}: ` +
    `half of the retailers are below ${middle(feature, low, high, counts)} in ${before}, ` +
    `below ${middle(feature, low, high, countsNow)} in ${now}.`;
  return html`<li
    data-feature="${feature}"
    data-before="${counts.join(' ')}"
    data-now="${countsNow.join(' ')}"
  >
    <p class="what">
      <strong>${label}</strong>
      <span class="num"
        >PSI ${psi === null ? '–' : formatDecimal(psi)}, KS ${ks === null ? '–' : formatDecimal(ks)}</span
      >
    </p>
    ${chartFigure(driftChart(`drift-${feature.replace(/\W/g, '')}`, counts, countsNow), text)}
    <p class="ends"><span>${ends[0]}</span><span>${ends[1]}</span></p>
  </li>`;
}

/** The end of the bin that the median lies in, as people read it. */
function middle(feature: string, low: number, high: number, counts: readonly number[]): string {
  const half = counts.reduce((sum, each) => sum + each, 0) / 2;
  let sum = 0;
  const bin = counts.findIndex((each) => (sum += each) >= half);
  return featureValue(feature, low + ((high - low) * (bin + 1)) / counts.length);
}
