import { sparkline } from '../charts/sparkline.js';
import { figure, formatCount, formatShare, monthInWords } from '../figures.js';
import { html, type Html } from '../html.js';
import { type HistoryPoint, type ReportInput } from '../report-input.js';
import { type ReportNames } from '../report-names.js';
import { structureSentence, verdictSentence } from '../verdict-sentence.js';
import { chartFigure } from './chart-figure.js';

const verdictWords = {
  published: 'Published',
  held: 'Held for review',
  first: 'First run',
} as const;

function tile(
  input: ReportInput,
  spec: {
    key: string;
    label: string;
    value: number | null;
    format: (value: number) => string;
    past: (point: HistoryPoint) => number | null;
    note: string | Html;
  },
): Html {
  const history = input.history ?? [];
  const values = [...history.map(spec.past), spec.value];
  const known = values.filter((value) => value !== null);
  const chart =
    known.length > 1 &&
    chartFigure(
      sparkline(`spark-${spec.key}`, values),
      `${spec.label} since ${monthInWords(history[0]!.asOf)}: ${values.map((value) => (value === null ? 'unknown' : spec.format(value))).join(', ')}`,
      'spark',
    );
  return html`<div class="tile">
    <dt>${spec.label}</dt>
    <dd>
      <span class="big">${figure(spec.key, spec.value, spec.format)}</span>
      ${chart}
      <span class="note">${spec.note}</span>
    </dd>
  </div>`;
}

/** The verdict in words, its reasons, and four figures with their past. */
export function firstScreen(input: ReportInput, names: ReportNames): Html {
  const { segments } = input.structure;
  const { verdict, reasons } = input.gate;
  const failed = reasons.filter((reason) => !reason.passed);
  const comparison = input.comparison?.previous ? input.comparison : undefined;
  const share = (value: number): string => formatShare(value);
  const list = (which: typeof reasons): Html =>
    html`<ul class="reasons">
      ${which.map(
        ({ passed, sentence, rule }) =>
          html`<li class="${passed ? 'pass' : 'fail'}" data-rule="${rule}">
            <span class="mark" aria-hidden="true">${passed ? '✓' : '✕'}</span>
            <span class="visually-hidden">${passed ? 'passed' : 'failed'}: </span>${sentence}
          </li>`,
      )}
    </ul>`;
  return html`<header id="top">
    <p class="eyebrow">
      Retailer segments · ${monthInWords(input.asOf)}
      <span class="verdict ${verdict}">${verdictWords[verdict]}</span>
    </p>
    <h1>${verdictSentence(input, names)}</h1>
    <p class="lead">${structureSentence(input)}</p>
    <dl class="tiles">
      ${tile(input, {
        key: 'segments',
        label: 'Segments',
        value: segments.clusters,
        format: String,
        past: (point) => point.clusters,
        note: `worth ${segments.effectiveClusters.toFixed(1)} of equal size`,
      })}
      ${tile(input, {
        key: 'kept',
        label: 'Kept their segment',
        value: comparison?.kept.share ?? null,
        format: share,
        past: (point) => point.shareKept,
        note: comparison
          ? `of ${formatCount(comparison.kept.retailers)} in one in ${monthInWords(comparison.previous!.asOf)}`
          : 'known from the second run on',
      })}
      ${tile(input, {
        key: 'largest',
        label: 'Largest segment',
        value: segments.largestShare,
        format: share,
        past: (point) => point.largestShare,
        note: 'of retailers in segments',
      })}
      ${tile(input, {
        key: 'noise',
        label: 'In no segment',
        value: segments.noise,
        format: share,
        past: (point) => point.noise,
        note: html`of ${figure('eligible', input.eligibility.eligible, formatCount)} retailers`,
      })}
    </dl>
    <section aria-labelledby="gate-title" class="gate">
      <h2 id="gate-title">Can it be trusted?</h2>
      <p>
        ${
          failed.length === 0
            ? `All ${reasons.length} checks passed.`
            : `${failed.length} of ${reasons.length} checks failed. ${verdict === 'held' ? 'The run is kept but not published until a person approves it.' : ''}`
        }
      </p>
      ${failed.length > 0 && list(failed)}
      ${
        failed.length < reasons.length &&
        html`<details ${failed.length === 0 && 'open'}>
          <summary>${failed.length === 0 ? 'What was checked' : 'Checks that passed'}</summary>
          ${list(reasons.filter((reason) => reason.passed))}
        </details>`
      }
    </section>
  </header>`;
}
