import { type Manifest } from '../artifacts/manifest.js';
import { runCommand } from './run-command.js';
import { provenanceMarks, provenanceSection } from './sections/provenance.js';

/**
 * `report.html` with what only the manifest knows: run ID, source, times and the command that repeats the run. The
 * stored page leaves these out, so that equal runs have equal pages. A page without the place for it stays as it is.
 */
export function withProvenance(page: string, manifest: Manifest): string {
  const [from, to] = [page.indexOf(provenanceMarks.begin), page.indexOf(provenanceMarks.end)];
  if (from < 0 || to < from) return page;
  const { runId, fingerprint, files, codeVersion, comparedWith, seeds, config, timings } = manifest;
  const sales = files['sales.parquet'];
  const section = provenanceSection({
    runId,
    fingerprint,
    ...(sales && { sales: { rows: sales.rows, sha256: sales.sha256 } }),
    provenance: {
      codeVersion,
      ...(comparedWith && { comparedWith: comparedWith.runId }),
      seeds,
      config,
      timings: timings.flatMap(({ stage, startedAt, finishedAt }) =>
        startedAt === undefined || finishedAt === undefined
          ? []
          : [{ stage, seconds: (finishedAt - startedAt) / 1000 }],
      ),
      command: runCommand(manifest),
    },
  });
  return page.slice(0, from + provenanceMarks.begin.length) + section.text + page.slice(to);
}
