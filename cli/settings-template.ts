import { stringify } from 'yaml';
import { configSchema } from '../shared/contracts/config.js';
import { type Source } from '../shared/contracts/source.js';

/** What people most often change, in their order, and why one would; the value shown is the default. */
const explained: readonly (readonly [path: string, words: string])[] = [
  ['seed', 'Equal seeds, settings and sales give equal bytes.'],
  ['ingest.maxRejectedShare', 'A run fails when more than this share of the rows is refused.'],
  [
    'eligibility.minActiveMonths',
    'Months with sales that a retailer needs. Fewer lets young ones in, with noisier figures.',
  ],
  ['eligibility.minTenureMonths', 'Months since the first sale.'],
  ['eligibility.minActiveMonthsPerYear', 'Months with sales a year of tenure.'],
  ['features.representation', 'shape (two dozen figures on the log scale) or classic (29).'],
  ['features.windowMonths', 'Months that the shape figures look back: less for markets that change fast.'],
  ['autoencoder.latentWidth', 'Dimensions of the embedding.'],
  [
    'autoencoder.coldEpochs',
    'Passes over the retailers without weights to start from. More for small markets.',
  ],
  [
    'hdbscan.candidates.minClusterSizeShare',
    'Sizes, as shares of the retailers, that the smallest density cluster may have. One number fixes it.',
  ],
  [
    'hdbscan.candidates.selection',
    'leaf: the finest clusters; eom: the most persistent ones, often few and large.',
  ],
  ['mixture.maxComponents', 'Most segments that the mixture may have.'],
  ['mixture.moveMargin', 'How likely another segment has to be before a retailer moves. Higher is calmer.'],
  ['raw.enabled', 'Cluster the raw figures too, as a baseline: the slowest stage by far.'],
  ['clusterer', 'auto, hdbscan or mixture: whose clusters become segments.'],
  ['gate.minShareKept', 'A run is held where fewer retailers keep their segment than this.'],
  ['gate.minAdjustedRandIndex', 'The same for the agreement of the two groupings, 1 being identical.'],
  ['gate.maxNoiseShare', 'The same for retailers in no segment, at most.'],
  ['gate.maxLargestShare', 'The same for the share of the largest segment.'],
  ['gate.maxFeaturePsi', 'The same for the shift of a figure; 0.25 is a large one by the usual reading.'],
];

export interface SettingsAnswers {
  /** As written into the file: paths relative to it. */
  readonly source: Source;
  readonly artifacts: string | undefined;
  readonly engine: 'auto' | 'temporal' | 'in-process' | undefined;
}

function valueAt(config: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], config);
}

/**
 * The text of a commented `segments.config.yaml`: what was answered, and every setting that people usually change as a
 * comment that shows its default.
 */
export function settingsTemplate({ source, artifacts, engine }: SettingsAnswers): string {
  const defaults = configSchema.parse({});
  const method: string[] = [];
  let open: readonly string[] = [];
  for (const [path, words] of explained) {
    const groups = path.split('.');
    const key = groups.pop()!;
    groups.forEach((group, depth) => {
      if (groups.slice(0, depth + 1).some((own, i) => own !== open[i])) {
        method.push(`${'  '.repeat(depth)}${group}:`);
      }
    });
    open = groups;
    const indent = '  '.repeat(groups.length);
    method.push(`${indent}# ${words}`);
    method.push(`${indent}${key}: ${JSON.stringify(valueAt(defaults, path))}`);
  }
  const block = (value: unknown): string => stringify(value).trimEnd();
  return `# Settings of segments, read from the folder that it is started in. Flags and SEGMENTS_* variables win over them.
# docs/configuration.md has every key. Secrets never go here: they come from the environment.

# Monthly sales: shop_id, product_id, year, month, sales_qty (and sales_value, if there is one).
${block({ source })}

# Where runs are kept: a folder, or s3://bucket/prefix with AWS_* in the environment.
${artifacts === undefined ? '# artifacts: file:///data/segments' : block({ artifacts })}

# auto takes a Temporal server where one can be had; in-process does without.
${engine === undefined ? '# engine: auto' : block({ engine })}

# The method. Every setting has a default, shown here; take the # away from a line, and from those above it that are less
# indented, to change one.
# config:
${method.map((line) => `#   ${line}`).join('\n')}
`;
}
