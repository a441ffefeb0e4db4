import { outside } from '../stability/transition-matrix.js';
import { formatCount, formatShare, monthInWords } from './figures.js';
import { type ReportInput } from './report-input.js';
import { type ReportNames } from './report-names.js';

/** "'Festive' grew by 412, of which 388 came from 'Steady core'": the segment whose size changed most. */
function largestChange({ comparison }: ReportInput, names: ReportNames): string | undefined {
  if (!comparison?.previous) return undefined;
  const changes = comparison.segments.map(({ segmentId, before, now }) => ({
    segmentId,
    change: now - before,
  }));
  const largest = changes.reduce<(typeof changes)[number] | undefined>(
    (most, next) => (most === undefined || Math.abs(next.change) > Math.abs(most.change) ? next : most),
    undefined,
  );
  if (largest === undefined || largest.change === 0) return undefined;
  const { segmentId, change } = largest;
  const grew = change > 0;
  const flows = comparison.matrix.filter(({ from, to }) => (grew ? to : from) === segmentId && from !== to);
  const main = flows.reduce<(typeof flows)[number] | undefined>(
    (most, next) => (most === undefined || next.retailers > most.retailers ? next : most),
    undefined,
  );
  // Others went the other way: then the flow is no part of the change.
  const onBalance = main !== undefined && main.retailers > Math.abs(change);
  const what = `‘${names.name(segmentId)}’ ${grew ? 'grew' : 'shrank'} by ${formatCount(Math.abs(change))}${onBalance ? ' on balance' : ''}`;
  if (main === undefined) return what;
  const other = grew ? main.from : main.to;
  const count = formatCount(main.retailers);
  if (other === outside.absent)
    return grew
      ? `${what}, ${onBalance ? `with ${count} new retailers` : `${count} of them new retailers`}`
      : `${what}, ${count} having left the data`;
  if (other === outside.noise)
    return `${what}, ${count} ${grew ? 'coming from no segment' : 'going to no segment'}`;
  return `${what}, ${count} ${grew ? 'coming from' : 'going to'} ‘${names.name(other)}’`;
}

const endings = {
  published: 'published',
  held: 'held for a person to decide',
  first: 'first run, nothing to compare with yet',
} as const;

/** The verdict in words: month, segments, how many kept theirs, the largest change, and what became of the run. */
export function verdictSentence(input: ReportInput, names: ReportNames): string {
  const { clusters } = input.structure.segments;
  const kept = input.comparison?.kept.share;
  const parts = [
    `${clusters} segment${clusters === 1 ? '' : 's'}${kept === null || kept === undefined ? '' : `, ${formatShare(kept, 0)} of retailers kept theirs`}`,
    largestChange(input, names),
    endings[input.gate.verdict],
  ];
  return `${monthInWords(input.asOf)}: ${parts.filter((part) => part !== undefined).join('; ')}.`;
}

/** What the cluster structure is worth, in a sentence: noise, the largest cluster and the effective count together. */
export function structureSentence({
  structure,
  comparison,
}: Pick<ReportInput, 'structure' | 'comparison'>): string {
  const { clusters, noise, largestShare, effectiveClusters } = structure.segments;
  if (clusters === 0) return 'No structure: no segment was found.';
  const verdict =
    comparison?.structureTest?.verdict ?? (structure.latent.clusters === 0 ? 'continuum' : undefined);
  if (verdict === 'none') {
    return `No structure that is found again: on other halves of the same retailers the segments come out differently. Do not act on them. The largest holds ${formatShare(largestShare, 0)} of the retailers in segments.`;
  }
  if (verdict === 'continuum') {
    return `A continuum rather than separate groups: nowhere do retailers thin out between segments, so borders are a convention and retailers near one may cross it. The largest segment holds ${formatShare(largestShare, 0)} of the retailers in segments, ${formatShare(noise, 0)} are in none.`;
  }
  const figures = `the largest holds ${formatShare(largestShare, 0)} of the retailers in segments, ${formatShare(noise, 0)} are in none, and the sizes are worth ${effectiveClusters.toFixed(1)} equal segments`;
  const word =
    clusters === 1 || largestShare > 0.8
      ? 'One giant segment'
      : noise > 0.5
        ? 'Mostly noise'
        : verdict === 'density structure'
          ? 'Separate groups, with fewer retailers between them than within'
          : effectiveClusters / clusters >= 0.7
            ? 'Sound and balanced'
            : 'Sound, of uneven sizes';
  return `${word}: ${figures}.`;
}
