import { featureLabel, traitLabel } from '../report/content/feature-labels.js';
import { type ExplainedRetailer, type StoredExplanation } from './explain-stored-retailer.js';
import { featureValue } from './feature-value.js';

/** A table of an explanation: its title, the head of its columns, and text in every cell. */
export interface ExplanationTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** An explanation in words, for the terminal and the dashboard alike. */
export interface ExplanationContent {
  /** Where the retailer is, in a sentence. */
  readonly headline: string;
  /** What else there is to say of that. */
  readonly remarks: readonly string[];
  /** Empty for a retailer that has too little history. */
  readonly tables: readonly ExplanationTable[];
  /** What would move it, a sentence each; empty with the tables. */
  readonly changes: readonly string[];
}

const shownTraits = 5;
const shownMoves = 3;
const shownSegments = 4;

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;

/** Says where a retailer is, what makes it so, and what would move it. */
export function explanationContent(explained: ExplainedRetailer): ExplanationContent {
  const { shopId, asOf, explanation } = explained;
  if (!explanation.eligible) {
    const { reason, activeMonths, tenureMonths } = explanation;
    return {
      headline: `${shopId} has no segment in ${asOf}: it has too little history (${reason}).`,
      remarks: [`${activeMonths} months with sales, ${tenureMonths} months since the first.`],
      tables: [],
      changes: [],
    };
  }
  const { segmentId, strength } = explanation;
  return {
    headline:
      `${shopId} is in ${named(explained, segmentId)} in ${asOf}` +
      (segmentId === null ? '.' : `, with a strength of ${strength.toFixed(2)}.`),
    remarks: remarks(explained, explanation),
    tables: [traitTable(explanation), oddsTable(explained, explanation)],
    changes: changes(explained, explanation),
  };
}

function named({ names }: ExplainedRetailer, id: string | null): string {
  if (id === null) return 'no segment';
  const name = names.get(id);
  return name === undefined ? id : `${id} (${name})`;
}

function remarks(explained: ExplainedRetailer, explanation: StoredExplanation): string[] {
  const { segmentId, previousSegmentId, modelSegmentId, change } = explanation;
  const lines: string[] = [];
  if (previousSegmentId !== null && previousSegmentId !== segmentId) {
    lines.push(`It came from ${named(explained, previousSegmentId)}.`);
  }
  if (change !== null) {
    lines.push(
      `Its own months say that it behaves otherwise since ${change.since} (${percent(change.probability)} sure); its whole history would put it into ${named(explained, modelSegmentId)}.`,
    );
  } else if (modelSegmentId !== segmentId) {
    lines.push(
      `This month's model alone would put it into ${named(explained, modelSegmentId)}; the evidence did not pass the ${percent(explained.moveMargin)} that a move takes.`,
    );
  }
  return lines;
}

function traitTable({ traits, segmentId }: StoredExplanation): ExplanationTable {
  const rows = traits
    .slice(0, shownTraits)
    .map(({ feature, value, segmentMean, overallMean, z }) => [
      traitLabel(feature, z > 0),
      featureValue(feature, value),
      ...(segmentId === null ? [] : [segmentMean === null ? '–' : featureValue(feature, segmentMean)]),
      featureValue(feature, overallMean),
      `${z > 0 ? '+' : '−'}${Math.abs(z).toFixed(1)} sd`,
    ]);
  const head = ['', 'retailer', ...(segmentId === null ? [] : ['its segment']), 'all', 'from all'];
  return { title: 'What sets it apart', head, rows };
}

function oddsTable(explained: ExplainedRetailer, { probabilities }: StoredExplanation): ExplanationTable {
  const rows = probabilities
    .slice(0, shownSegments)
    .map(({ segmentId, probability }) => [named(explained, segmentId), percent(probability)]);
  return { title: 'How likely each segment is', head: ['segment', 'probability'], rows };
}

function changes(explained: ExplainedRetailer, { moves, together }: StoredExplanation): string[] {
  const lines = moves
    .slice(0, shownMoves)
    .map(
      ({ feature, from, to, segmentId }) =>
        `${featureLabel(feature)} alone, from ${featureValue(feature, from)} to ${featureValue(feature, to)}: ${named(explained, segmentId)}`,
    );
  if (lines.length === 0) lines.push('No single figure would, within the range that retailers have.');
  if (together !== null) {
    const { shareOfWay, segmentId, changes: needed } = together;
    const list = needed
      .map(
        ({ feature, from, to }) =>
          `${featureLabel(feature)} ${featureValue(feature, from)} → ${featureValue(feature, to)}`,
      )
      .join('; ');
    lines.push(
      shareOfWay === null
        ? `Even the figures of an average retailer of ${named(explained, segmentId)} would not take it there.`
        : `All figures together, ${percent(shareOfWay)} of the way to an average retailer of ${named(explained, segmentId)}: ${list}`,
    );
  }
  return lines;
}
