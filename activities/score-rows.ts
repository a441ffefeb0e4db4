import path from 'node:path';
import { metricsOfSizes } from '../shared/clustering/structure-metrics.js';
import { clusterSizes } from '../shared/clustering/structure-metrics.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { judgeEligibility } from '../shared/eligibility/judge-eligibility.js';
import { computeFeatures } from '../shared/features/compute-features.js';
import { shardSql } from '../shared/scoring/shard-sql.js';
import { ingestSales } from '../shared/sources/ingest-sales.js';
import { type Column, doubles, texts } from '../shared/tabular/column.js';
import { writeCsv } from '../shared/tabular/csv.js';
import { parquetOptions, readColumns } from '../shared/tabular/parquet.js';
import { quoteLiteral } from '../shared/duckdb/quote.js';
import { type SalesRow } from '../shared/contracts/workflow-inputs.js';
import { describeStructure } from './describe-structure.js';
import { openStoredRun } from './previous-run.js';
import { retailerSegments } from './retailer-segments.js';
import { scoreColumns } from './score-columns.js';
import { type Stage } from './stage-of.js';

/** Scores a handful of retailers from sales that came with the question. Reads the model; writes nothing to the store. */
export const scoreRows: Stage<'scoreRows'> = async (tools, input) => {
  const { store, model, config, ingest, rows, asOf, retailers, minActiveMonths } = input;
  const { folder: trained } = await openStoredRun(tools, store, model);
  const local = (name: string): string => path.join(tools.scratch, name);
  await writeCsv(local('posted.csv'), salesColumns(rows));
  const assignmentsPath = await trained.fetch('assignments.parquet');
  const { ingested, everyone } = await withDuckDb(
    { ...tools.duckDb, scratch: tools.scratch },
    async (db) => {
      const ingested = await ingestSales({
        db,
        source: { kind: 'csv', path: local('posted.csv') },
        asOf,
        config: ingest,
        scratch: tools.scratch,
        ...(retailers === undefined ? {} : { retailers }),
        onProgress: tools.onProgress,
        signal: tools.signal,
      });
      const { salesPath } = ingested;
      const eligibilityPath = local('eligibility.parquet');
      const featuresPath = local('features.parquet');
      const monthsPath = local('months.parquet');
      const common = { db, salesPath, asOf: ingested.asOf };
      const { eligibility } = config;
      await judgeEligibility({
        ...common,
        config: eligibility,
        outputPath: eligibilityPath,
        nobodyIsAnError: false,
      });
      await computeFeatures({
        ...common,
        config: config.features,
        eligibilityPath,
        outputPath: featuresPath,
        monthsPath,
        ...(minActiveMonths === undefined ? {} : { minActiveMonths }),
      });
      const sql = shardSql({ eligibilityPath, featuresPath, monthsPath, assignmentsPath, eligibility });
      await db.onOneThread(() =>
        db.run(
          `COPY (SELECT * EXCLUDE (n) FROM (${sql}) ORDER BY n) TO ${quoteLiteral(local('everyone.parquet'))} (${parquetOptions})`,
        ),
      );
      return { ingested, everyone: await readColumns(db, local('everyone.parquet')) };
    },
    tools.signal,
  );
  const columns = await scoreColumns(tools, trained, { asOf: ingested.asOf, config }, everyone);
  const table = { rows: everyone.rows, columns };
  const segments = retailerSegments(table);
  const of = (status: string): number => segments.filter((each) => each.status === status).length;
  const statuses = texts(table, 'status');
  const labels = Int32Array.from(doubles(table, 'cluster').filter((_, i) => statuses[i] === 'scored'));
  const metrics = metricsOfSizes(Array.from(clusterSizes(labels)), labels.length);
  return {
    files: {},
    asOf: ingested.asOf,
    rejected: ingested.counts.rejected,
    retailers: segments.length,
    scored: of('scored'),
    provisional: of('provisional'),
    tooYoung: of('too-young'),
    metrics,
    segments,
    detail: `${segments.length} retailers; ${describeStructure(metrics)}`,
  };
};

function salesColumns(rows: readonly SalesRow[]): Column[] {
  const number = (name: 'year' | 'month' | 'sales_qty' | 'sales_value'): Column => ({
    name,
    type: 'double',
    values: Float64Array.from(rows, (row) => row[name] ?? NaN),
  });
  const text = (name: 'shop_id' | 'product_id'): Column => ({
    name,
    type: 'text',
    values: rows.map((row) => row[name]),
  });
  const value = rows.some(({ sales_value }) => sales_value !== undefined) ? [number('sales_value')] : [];
  return [
    text('shop_id'),
    text('product_id'),
    number('year'),
    number('month'),
    number('sales_qty'),
    ...value,
  ];
}
