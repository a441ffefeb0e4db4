import { featureDefinitions } from './definitions.js';
import { type FeatureSet } from './feature-definition.js';

const introductions: Readonly<Record<FeatureSet, string>> = {
  classic:
    'Over the whole history up to the as-of month. They feed the raw baseline, and the representation where ' +
    '`config.features.representation` is `classic`.',
  shape:
    'Over the last `config.features.windowMonths` months (36 unless configured), the as-of month included. They feed the ' +
    'representation unless configured otherwise.',
};

/** The page docs/features.md: the definition table for people. */
export function featuresMarkdown(): string {
  return `# Features

Columns of \`features.parquet\`, in order, after \`shop_id\`. Generated from the definition table in \`shared/features\`; a test
keeps the two equal (\`npx vitest run tests/unit/features -u\` writes this page anew).

- A month is **active** when the retailer's quantity in it is above 0. Rows of quantity 0 are kept in \`sales.parquet\`, but make no
  month active, count as no product, and start no tenure.
- Quantities of one month are summed over products in fixed point with nine decimals, all other sums with fifteen: exact, so
  neither the order of rows nor the number of threads can change a result.
- What is undefined is **missing**, never 0. At scaling a missing value takes the median of its column, and is counted; a column
  that nobody has is left out, and named.
- Standard deviations are those of a sample (n − 1).
${(['classic', 'shape'] as const).map(section).join('')}`;
}

function section(set: FeatureSet): string {
  const rows = featureDefinitions
    .filter((definition) => definition.set === set)
    .map(
      ({ name, words, unit, range, missing }) =>
        `| \`${name}\` | ${words} | ${unit} | ${range} | ${missing} |`,
    );
  const title = `${set[0]!.toUpperCase()}${set.slice(1)} features (${rows.length})`;
  return `
## ${title}

${introductions[set]}

| feature | definition | unit | range | missing when |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
