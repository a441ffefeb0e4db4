import { type FeatureDrift } from '../../stability/feature-drift.js';
import { featureLabel } from '../content/feature-labels.js';
import { figure, formatCount, formatDecimal, formatShare, monthInWords } from '../figures.js';
import { html, type Html } from '../html.js';
import { type ReportInput } from '../report-input.js';

const steadyPsi = 0.1;

/** What the criteria of eligibility ask for. */
const criteria: Readonly<Record<string, string>> = {
  minActiveMonths: 'too few months with sales',
  minTenureMonths: 'known for too short a time',
  minActiveMonthsPerYear: 'sales in too few months a year',
};

/** Usual readings of the population stability index. */
function psiReading(psi: number | null, missingBefore: number, missingNow: number): string {
  if (psi === null) return 'unknown';
  if (missingBefore === 1 && missingNow < 1) return 'new: nobody had it';
  return psi < steadyPsi ? 'steady' : psi < 0.25 ? 'moderate shift' : 'large shift';
}

/** A step of a funnel: a count with a bar of its share of the first. */
function step(name: string, label: string, value: number, whole: number, className = ''): Html {
  const width = whole > 0 ? ((value / whole) * 100).toFixed(2) : '0';
  return html`<li class="${className}">
    <span class="what">${label}</span>
    <span class="bar" aria-hidden="true"><i style="width:${width}%"></i></span>
    <span class="num">${figure(name, value, formatCount)}</span>
  </li>`;
}

function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

function driftSection(drift: readonly FeatureDrift[], before: string): Html {
  const sorted = [...drift].sort((a, b) => (b.psi ?? -1) - (a.psi ?? -1));
  const model = sorted.filter(({ inModel }) => inModel);
  const others = sorted.filter(({ inModel }) => !inModel);
  const shifted = model.filter(({ psi }) => psi === null || psi >= steadyPsi);
  const steady = model.filter((row) => !shifted.includes(row));
  return html`<h3>Features against ${before}</h3>
    <p>
      ${
        shifted.length === 0
          ? `All ${model.length} features that segments are made from are steady.`
          : `${shifted.length} of the ${model.length} features that segments are made from shifted.`
      }
    </p>
    ${shifted.length > 0 && driftTable(shifted, 'Features that shifted')}
    ${
      steady.length > 0 &&
      html`<details>
        <summary>${shifted.length > 0 ? `The ${steady.length} steady ones` : 'Their figures'}</summary>
        ${driftTable(steady, 'Steady features')}
      </details>`
    }
    ${
      others.length > 0 &&
      html`<details>
        <summary>${others.length} features of the raw baseline, not used for segments</summary>
        ${driftTable(others, 'Features of the raw baseline')}
      </details>`
    }`;
}

function driftTable(rows: readonly FeatureDrift[], label: string): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <caption>
        Population stability index (below 0.1 steady, above 0.25 a large shift) and Kolmogorov–Smirnov
        distance.
      </caption>
      <thead>
        <tr>
          <th scope="col">feature</th>
          <th scope="col" class="num">PSI</th>
          <th scope="col">reading</th>
          <th scope="col" class="num">KS</th>
          <th scope="col" class="num">missing before</th>
          <th scope="col" class="num">missing now</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ feature, psi, ks, missingBefore, missingNow }) =>
            html`<tr>
              <th scope="row">
                ${featureLabel(feature)}<small><code>${feature}</code></small>
              </th>
              <td class="num">${figure(`psi.${feature}`, psi, (value) => formatDecimal(value, 3))}</td>
              <td>${psiReading(psi, missingBefore, missingNow)}</td>
              <td class="num">${figure(`ks.${feature}`, ks, (value) => formatDecimal(value, 3))}</td>
              <td class="num">${formatShare(missingBefore)}</td>
              <td class="num">${formatShare(missingNow)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function warehouseNote(rejected: number, kept: number): Html {
  return html`<p class="note">
    The warehouse itself judged the rows and computed the features: one row a retailer left it.
    ${rejected > kept && `Of the refused rows, ${formatCount(kept)} are in rejected.csv.`}
  </p>`;
}

/** What came in, who was eligible, and how the features moved. */
export function dataSection(input: ReportInput): Html {
  const { ingest, leftWarehouse, eligibility, comparison, features } = input;
  const drift = comparison?.previous ? comparison.drift : undefined;
  const reconstruction = drift?.reconstruction;
  const missing = byCount(features?.missing ?? {});
  return html`<section id="data" aria-labelledby="data-title">
    <h2 id="data-title">Data</h2>
    <div class="columns">
      <div>
        <h3>Sales rows</h3>
        <ul class="funnel">
          ${step('rows.read', 'read', ingest.read, ingest.read)}
          ${step('rows.used', 'used', ingest.used, ingest.read)}
          ${step('rows.afterAsOf', `after ${monthInWords(input.asOf)}, not looked at`, ingest.afterAsOf, ingest.read, 'minor')}
          ${step('rows.duplicates', 'duplicates, summed', ingest.duplicatesSummed, ingest.read, 'minor')}
          ${step('rows.rejected', 'refused', ingest.rejected, ingest.read, 'minor')}
          ${byCount(ingest.rejectedByReason).map(([reason, count]) =>
            step(`rejected.${reason}`, `refused: ${reason}`, count, ingest.read, 'minor inner'),
          )}
        </ul>
        <p class="note">
          The source holds ${monthInWords(ingest.firstMonth)} to ${monthInWords(ingest.lastMonth)}.
        </p>
        ${leftWarehouse !== undefined && warehouseNote(ingest.rejected, leftWarehouse.rejectedKept)}
      </div>
      <div>
        <h3>Retailers</h3>
        <ul class="funnel">
          ${step('retailers.known', 'with sales', eligibility.retailers, eligibility.retailers)}
          ${step('retailers.eligible', 'with enough history', eligibility.eligible, eligibility.retailers)}
          ${byCount(eligibility.failed).map(([reason, count]) =>
            step(
              `failed.${reason}`,
              `left out: ${criteria[reason] ?? reason}`,
              count,
              eligibility.retailers,
              'minor',
            ),
          )}
        </ul>
        ${
          missing.length > 0 &&
          html`<details>
            <summary>${missing.length} features had missing values, which took the median</summary>
            <p class="note">
              ${missing.map(([feature, count]) => `${feature} ${formatCount(count)}`).join(', ')}.
            </p>
          </details>`
        }
        ${
          features !== undefined &&
          features.leftOut.length > 0 &&
          html`<p class="note">Left out, since nobody has them: ${features.leftOut.join(', ')}.</p>`
        }
      </div>
    </div>
    ${drift !== undefined && drift.features.length > 0 && driftSection(drift.features, monthInWords(comparison!.previous!.asOf))}
    ${
      reconstruction !== null &&
      reconstruction !== undefined &&
      html`<p>
        Under one and the same model the mean reconstruction error went from
        ${figure('reconstruction.before', reconstruction.before, (value) => formatDecimal(value, 4))} to
        ${figure('reconstruction.now', reconstruction.now, (value) => formatDecimal(value, 4))}.
      </p>`
    }
  </section>`;
}
