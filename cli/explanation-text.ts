import pc from 'picocolors';
import { type ExplainedRetailer, type StoredExplanation } from '../shared/explain/explain-stored-retailer.js';
import { featureValue } from '../shared/explain/feature-value.js';
import { featureLabel, traitLabel } from '../shared/report/content/feature-labels.js';
import { formatTable } from './run-table.js';

const shownTraits = 5;
const shownMoves = 3;
const shownSegments = 4;

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;

/** An explanation for people: where the retailer is, what makes it so, and what would move it. */
export function explanationText(explained: ExplainedRetailer): string {
  const { shopId, asOf, explanation } = explained;
  if (!explanation.eligible) {
    const { reason, activeMonths, tenureMonths } = explanation;
    return (
      `${pc.bold(shopId)} has no segment in ${asOf}: it has too little history (${reason}).\n` +
      `  ${activeMonths} months with sales, ${tenureMonths} months since the first.`
    );
  }
  return [
    where(explained, explanation),
    apart(explanation),
    odds(explained, explanation),
    change(explained, explanation),
  ].join('\n\n');
}

function named({ names }: ExplainedRetailer, id: string | null): string {
  if (id === null) return 'no segment';
  const name = names.get(id);
  return name === undefined ? id : `${id} (${name})`;
}

function where(explained: ExplainedRetailer, explanation: StoredExplanation): string {
  const { shopId, asOf } = explained;
  const { segmentId, previousSegmentId, modelSegmentId, strength } = explanation;
  const lines = [
    `${pc.bold(shopId)} is in ${pc.bold(named(explained, segmentId))} in ${asOf}` +
      (segmentId === null ? '.' : `, with a strength of ${strength.toFixed(2)}.`),
  ];
  if (previousSegmentId !== null && previousSegmentId !== segmentId) {
    lines.push(`  It came from ${named(explained, previousSegmentId)}.`);
  }
  if (modelSegmentId !== segmentId) {
    lines.push(
      `  This month's model alone would put it into ${named(explained, modelSegmentId)}; the evidence did not pass the ${percent(explained.moveMargin)} that a move takes.`,
    );
  }
  return lines.join('\n');
}

function apart({ traits, segmentId }: StoredExplanation): string {
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
  return `What sets it apart\n${formatTable(head, rows)}`;
}

function odds(explained: ExplainedRetailer, { probabilities }: StoredExplanation): string {
  const rows = probabilities
    .slice(0, shownSegments)
    .map(({ segmentId, probability }) => [named(explained, segmentId), percent(probability)]);
  return `How likely each segment is\n${formatTable(['segment', 'probability'], rows)}`;
}

function change(explained: ExplainedRetailer, { moves, together }: StoredExplanation): string {
  const lines = moves
    .slice(0, shownMoves)
    .map(
      ({ feature, from, to, segmentId }) =>
        `  ${featureLabel(feature)} alone, from ${featureValue(feature, from)} to ${featureValue(feature, to)}: ${named(explained, segmentId)}`,
    );
  if (lines.length === 0) lines.push('  No single figure would, within the range that retailers have.');
  if (together !== null) {
    const { shareOfWay, segmentId, changes } = together;
    const list = changes
      .map(
        ({ feature, from, to }) =>
          `${featureLabel(feature)} ${featureValue(feature, from)} → ${featureValue(feature, to)}`,
      )
      .join('; ');
    lines.push(
      shareOfWay === null
        ? `  Even the figures of an average retailer of ${named(explained, segmentId)} would not take it there.`
        : `  All figures together, ${percent(shareOfWay)} of the way to an average retailer of ${named(explained, segmentId)}: ${list}`,
    );
  }
  return `What would move it\n${lines.join('\n')}`;
}
