import { runFiles, type RunFile } from '../../shared/artifacts/run-files.js';

/** docs/artifacts.md: every file of a run. */
export function artifactsPage(): string {
  const rows = Object.entries<RunFile>(runFiles).map(
    ([name, { mediaType, words, optional }]) =>
      `| \`${name}\` | ${words}${optional === undefined ? '' : ` (not there where ${optional})`} | ${mediaType} |`,
  );
  return `# Artifacts

A run leaves its files in \`<store>/runs/<run-id>/\`, where the store is \`file:///folder\` or \`s3://bucket/prefix\`. \`manifest.json\` is written last and names every
other file with its sha256, bytes and rows: a folder without one is an unfinished run, and nothing reads it. Equal input, config and
seed give equal bytes in every file but the manifest, which holds IDs and times. \`stages/\` holds what stages hand to each other.

\`<store>/index/\` finds runs without listing them: by as-of month, and the champion pointer, which is changed by compare-and-swap.

Generated from \`shared/artifacts/run-files.ts\`; \`npx vitest run tests/docs -u\` writes this page anew.

| file | what | media type |
|---|---|---|
${rows.join('\n')}

## \`assignments.parquet\`, \`assignments.csv\`

One row a retailer, sorted by \`shop_id\`.

| column | what |
|---|---|
| \`shop_id\` | the retailer, as the source writes it |
| \`segment_id\` | \`S01\`, \`S02\` …; empty for a retailer in no segment |
| \`cluster\` | the cluster of the method of record, after assignment and hysteresis; −1 noise |
| \`strength\` | membership strength, 0 to 1 |
| \`outlier_score\` | 0 to 1; HDBSCAN: GLOSH |
| \`hard_cluster\` | the cluster before noise near a cluster was assigned and before hysteresis |
| \`previous_segment_id\` | the segment in the run compared with; empty where it had none |
| \`raw_cluster\`, \`raw_strength\` | HDBSCAN on the raw features; empty with \`raw.enabled: false\` |
| \`latent_0\` … | the embedding |

## \`behaviour_changes.csv\`

One row a retailer that is in its segment for what it did lately, sorted by \`shop_id\`. docs/stability.md tells how a change is found.

| column | what |
|---|---|
| \`shop_id\` | the retailer |
| \`changed_in\` | likeliest first month of the new behaviour |
| \`segment_id\` | the segment whose course it has taken up |
| \`previous_segment_id\` | the segment in the run compared with; the same in the months after a move |
| \`history_segment_id\` | where the features of the whole window put it; empty for noise |
| \`probability\` | that it changed at all |
| \`segment_probability\` | that it changed, and to the course of \`segment_id\` |
`;
}
