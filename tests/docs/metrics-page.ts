import { type Context } from '@temporalio/activity';
import { type MetricMeter } from '@temporalio/common';
import { pino } from 'pino';
import { createApiMetrics } from '../../cli/serve/api-metrics.js';
import { stageTelemetry } from '../../workers/stage-telemetry.js';
import { schemaFields } from './schema-fields.js';

const file = (name: string): URL => new URL(`../../shared/${name}`, import.meta.url);

/** What is measured of a run, where it stands, and the schema that says what it means. */
const groups = [
  {
    title: 'Structure of a clustering',
    where:
      'For the segments and for every space beside them (`latent`, `mixture`, `raw`, the controls `pca` and `untrained`): in the result of `retrain`, in `manifest.json` (`summary`), in `comparison.json` (`structure`).',
    file: file('contracts/structure-metrics.ts'),
    schema: 'structureMetricsSchema',
  },
  {
    title: 'Agreement with the previous run',
    where:
      '`agreement.withNoise` and `agreement.withoutNoise` of `comparison.json`, on retailers in both runs.',
    file: file('stability/comparison-schema.ts'),
    schema: 'agreementSchema',
  },
  {
    title: 'Retailers between two runs',
    where: '`comparison.json`; the share is `shareKept` in the result of `retrain`.',
    file: file('stability/comparison-schema.ts'),
    schema: 'comparisonSchema',
    only: /^(kept|retailers)\./,
  },
  {
    title: 'A segment between two runs',
    where: '`segments` of `comparison.json`.',
    file: file('stability/comparison-schema.ts'),
    schema: 'segmentComparisonSchema',
  },
  {
    title: 'Drift of a feature',
    where: '`drift.features` of `comparison.json`.',
    file: file('stability/feature-drift.ts'),
    schema: 'featureDriftSchema',
  },
  {
    title: 'Drift of the representation',
    where: '`drift.reconstruction` of `comparison.json`.',
    file: file('stability/reconstruction-drift.ts'),
    schema: 'reconstructionDriftSchema',
  },
  {
    title: 'Whether there is structure',
    where: '`structureTest` of `comparison.json`.',
    file: file('stability/structure-test.ts'),
    schema: 'structureTestSchema',
  },
  {
    title: 'Why retailers moved',
    where:
      '`attribution` of `comparison.json`: shares of the retailers in both runs, by their features alone and before hysteresis.',
    file: file('stability/change-attribution.ts'),
    schema: 'changeAttributionSchema',
  },
] as const;

const cell = (text: string): string => text.replaceAll('|', '\\|');

interface ProcessMetric {
  readonly name: string;
  readonly kind: string;
  readonly words: string;
  readonly labels: readonly string[];
}

function metricTable(metrics: readonly ProcessMetric[]): string {
  const rows = [...metrics]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      ({ name, kind, words, labels }) =>
        `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ') || '–'} | ${cell(words)} |`,
    );
  return `| metric | kind | labels | what |\n|---|---|---|---|\n${rows.join('\n')}`;
}

/** What a worker counts, found by running one stage that ends in a run under a meter that writes down what it is asked for. */
async function workerMetrics(): Promise<ProcessMetric[]> {
  const found = new Map<string, ProcessMetric>();
  const record = (kind: string) => (name: string, a?: string, b?: string, c?: string) => {
    // A counter has a unit and a description; the others have a type of value before them.
    const [unit, words] = kind === 'counter' ? [a, b] : [b, c];
    const seen = (labels: object = {}): void => {
      found.set(name, {
        name: kind === 'counter' ? `${name}_total` : name,
        kind: unit === 's' ? `${kind}, seconds` : kind,
        words: words ?? '',
        labels: Object.keys(labels),
      });
    };
    return {
      add: (_: number, labels?: object) => seen(labels),
      record: (_: number, labels?: object) => seen(labels),
      set: (_: number, labels?: object) => seen(labels),
    };
  };
  const meter = {
    createCounter: record('counter'),
    createHistogram: record('histogram'),
    createGauge: record('gauge'),
  } as unknown as MetricMeter;
  const context = { info: { activityType: 'publish', attempt: 1 }, metricMeter: meter } as unknown as Context;
  const segments = { clusters: 1, noise: 0, largestShare: 1, effectiveClusters: 1 };
  const summary = { retailers: 1, segments, shareKept: 1, verdict: 'published', champion: true };
  const { inbound } = stageTelemetry(pino({ level: 'silent' }))(context);
  await inbound!.execute!({ args: [{}], headers: {} }, () =>
    Promise.resolve({ counts: { read: 1, rejected: 0 }, summary }),
  );
  return [...found.values()];
}

async function apiMetrics(): Promise<ProcessMetric[]> {
  const own = createApiMetrics();
  const all = await own.registry.getMetricsAsJSON();
  return all
    .filter(({ name }) => name.startsWith('segments_'))
    .map(({ name, help, type }) => {
      const metric = own.registry.getSingleMetric(name) as unknown as { labelNames: readonly string[] };
      return { name, kind: String(type), words: help, labels: metric.labelNames };
    });
}

/** docs/metrics.md: every figure of a run and of the processes, from the schemas and the code that counts. */
export async function metricsPage(): Promise<string> {
  const sections = groups.map((group) => {
    const { title, where, schema } = group;
    const only = 'only' in group ? group.only : /./;
    const rows = schemaFields(group.file, schema)
      .filter(({ path, words }) => only.test(path) && words !== '')
      .map(({ path, words }) => `| \`${path}\` | ${cell(words)} |`);
    return `### ${title}\n\n${where}\n\n| figure | what |\n|---|---|\n${rows.join('\n')}`;
  });
  return `# Metrics

Generated from the schemas in \`shared/contracts\` and \`shared/stability\`, and from what the processes count; \`npx vitest run tests/docs -u\` writes this page
anew. [stability.md](stability.md) says how to read them, [mlflow.md](mlflow.md) under which names MLflow has them.

## Of a run

${sections.join('\n\n')}

## Of a worker

On \`SEGMENTS_METRICS_ADDRESS\`, beside the Temporal SDK's own (\`temporal_…\`). Figures of a run are those of the last one that this worker published.

${metricTable(await workerMetrics())}

## Of the HTTP API

On \`/metrics\` of \`segments serve\`, beside those of the process (\`process_…\`, \`nodejs_…\`).

${metricTable(await apiMetrics())}
`;
}
