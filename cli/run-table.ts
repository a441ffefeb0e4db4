import pc from 'picocolors';
import { type RunSummary } from '../shared/contracts/run-summary.js';
import { type StructureMetrics } from '../shared/contracts/structure-metrics.js';

const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '–' : `${(100 * share).toFixed(1)}%`;

/** A table in columns as wide as they need to be; the first left-aligned, the others right-aligned. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
  return [pc.dim(line(header)), ...rows.map(line)].map((text) => `  ${text}`.trimEnd()).join('\n');
}

const header = ['', 'retailers', 'clusters', 'noise', 'largest', 'effective', 'kept', 'verdict'];

/** One run: the segments, then what they were chosen from and what they are held against. */
export function runTable(run: RunSummary): string {
  const row = (
    name: string,
    metrics: StructureMetrics | null,
    kept: number | null | undefined,
    verdict = '',
  ): string[] =>
    metrics === null
      ? [name, '–', '–', '–', '–', '–', '–', 'off']
      : [
          name,
          String(run.eligible),
          String(metrics.clusters),
          percent(metrics.noise),
          percent(metrics.largestShare),
          metrics.effectiveClusters.toFixed(2),
          percent(kept),
          verdict,
        ];
  const rows = [
    row(`segments (${run.method})`, run.segments, run.shareKept, run.verdict),
    row('latent HDBSCAN', run.latent, run.keptBySpace.latent),
    row('mixture', run.mixture, run.keptBySpace.mixture),
    row('raw HDBSCAN', run.raw, run.keptBySpace.raw),
    row('control: PCA', run.controls.pca, run.keptBySpace.pca),
    row('control: untrained', run.controls.untrained, run.keptBySpace.untrained),
  ];
  const failed = run.reasons
    .filter(({ passed }) => !passed)
    .map(({ sentence }) => `  ${pc.yellow('!')} ${sentence}`);
  return [pc.bold(run.asOf), formatTable(header, rows), ...failed].join('\n');
}
