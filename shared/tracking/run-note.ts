import { type Manifest } from '../artifacts/manifest.js';

const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;

/** What MLflow shows on the page of a run, in Markdown: the verdict with its reasons, and the figures that matter. */
export function runNote({ asOf, summary, comparedWith, method }: Manifest): string {
  const { segments } = summary;
  const failed = summary.reasons.filter(({ passed }) => !passed);
  return [
    `**${asOf}: ${summary.verdict}**`,
    '',
    `${segments.clusters} segments by ${method.name}, noise ${percent(segments.noise)}, largest ${percent(segments.largestShare)}, effective ${segments.effectiveClusters.toFixed(1)}.`,
    comparedWith === null
      ? 'Nothing to compare with.'
      : `${summary.shareKept === null ? 'Nobody' : percent(summary.shareKept)} kept their segment since ${comparedWith.asOf} (run ${comparedWith.runId}).`,
    ...(failed.length === 0
      ? []
      : ['', 'The gate objects:', ...failed.map(({ sentence }) => `- ${sentence}`)]),
  ].join('\n');
}
