import { afterAll, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../../infra/cache-folder.js';
import {
  askGoogleSql,
  findGoogleSql,
  type GoogleSqlQuestion,
  type GoogleSqlRows,
} from '../../../infra/services/googlesql.js';
import { monthIndex } from '../../../shared/contracts/as-of-month.js';
import { answerColumns } from '../../../shared/pushdown/answer.js';
import { retailersSql } from '../../../shared/pushdown/retailers-sql.js';
import { columnExpressions } from '../../../shared/sources/bigquery/column-expressions.js';
import { type SalesColumn } from '../../../shared/sources/sales-source.js';
import { bigQueryDialect } from '../../../shared/sql/bigquery-dialect.js';
import { featureDefinitions } from '../../../shared/features/definitions.js';
import { type Table } from '../../../shared/tabular/column.js';
import { asParquet } from '../../integration/sources/file-systems.js';
import { type TestTable } from '../../integration/sources/source-contract.js';
import { bigQuerySystem, startTestBigQuery } from '../sources/bigquery-system.js';
import { snowflakeSystem, startTestSnowflake } from '../sources/snowflake-system.js';
import { awkwardSales, randomSales } from './awkward-sales.js';
import { asOf, inWarehouse, largestDifference, rowByRow } from './both-ways.js';

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const minutes = 60_000;
const lastPeriod = monthIndex(asOf);
const [bigQuery, snowflake, googleSql] = await Promise.all([
  startTestBigQuery(),
  startTestSnowflake(),
  findGoogleSql(process.env, cacheFolder(process.env), say).catch((error: unknown) => {
    say(`GoogleSQL's reference implementation cannot be had (${String(error)}): its tests are skipped`);
    return undefined;
  }),
]);
afterAll(async () => void (await Promise.all([bigQuery?.stop(), snowflake?.stop()])));

/** What is compared: features of every retailer, and how many rows were used and refused for which reason. */
interface Found {
  readonly features: Table;
  readonly used: number;
  readonly refused: Readonly<Record<string, number>>;
}

const tables = {
  'random sales, with gaps, zeros, fractions and repeated keys': randomSales(),
  'every text that a number or a name might be mistaken for': awkwardSales(),
};

/** From Parquet: CSV refuses a control character before anyone knows which column it is in. */
async function byRows(table: TestTable): Promise<Found> {
  const { features, counts } = await rowByRow(await asParquet(table));
  return { features, used: counts.used, refused: counts.rejectedByReason };
}

const types = { text: 'STRING', integer: 'INT64', number: 'FLOAT64', date: 'STRING' } as const;

/** The statement for BigQuery. */
function questionOf({ columns, rows }: TestTable): GoogleSqlQuestion {
  const named = columns.map(({ name, type }) => [name, types[type]] as const);
  const expressions = columnExpressions(
    new Map(named.map(([name, type]) => [name as SalesColumn, { name, type }])),
    'test',
  );
  const sql = retailersSql(
    { relation: '`sales`', columns: expressions, lastPeriod, windowMonths: 36 },
    bigQueryDialect,
  );
  return { sql, table: 'sales', columns: named, rows };
}

let answers: Promise<GoogleSqlRows[]> | undefined;

async function byGoogleSql(table: TestTable): Promise<Found> {
  const all = Object.values(tables);
  answers ??= askGoogleSql(googleSql!, all.map(questionOf));
  const answer = (await answers)[all.indexOf(table)]!;
  const cell = (row: (typeof answer)[number], name: string): string | number | null =>
    row[answerColumns.findIndex((column) => column.name === name)]!;
  const ofKind = (kind: string): typeof answer => answer.filter((row) => cell(row, 'kind') === kind);
  // In bytes, as DuckDB sorts.
  const bytes = (row: (typeof answer)[number]): Buffer => Buffer.from(String(cell(row, 'name')));
  const retailers = ofKind('retailer')
    .filter((row) => Number(cell(row, 'active_months')) > 0)
    .sort((a, b) => bytes(a).compare(bytes(b)));
  const seen = ofKind('rows').filter((row) => Number(cell(row, 'first_period') ?? 0) <= lastPeriod);
  const refused: Record<string, number> = {};
  let used = 0;
  for (const row of seen) {
    const reason = cell(row, 'name');
    const amount = Number(cell(row, 'amount'));
    if (reason === null) used += amount;
    else refused[reason] = (refused[reason] ?? 0) + amount;
  }
  return {
    features: {
      rows: retailers.length,
      columns: [
        { name: 'shop_id', type: 'text', values: retailers.map((row) => String(cell(row, 'name'))) },
        ...featureDefinitions.map(({ name }) => ({
          name,
          type: 'double' as const,
          values: Float64Array.from(retailers, (row) => Number(cell(row, name) ?? NaN)),
        })),
      ],
    },
    used,
    refused,
  };
}

const engines: [name: string, here: boolean, ask: (table: TestTable) => Promise<Found>][] = [
  ["GoogleSQL's reference implementation", googleSql !== undefined, byGoogleSql],
  ...[
    { name: 'BigQuery (bqemulator)', system: bigQuery && bigQuerySystem(bigQuery) },
    { name: 'Snowflake (fakesnow)', system: snowflake && snowflakeSystem(snowflake) },
  ].map(({ name, system }): [string, boolean, (table: TestTable) => Promise<Found>] => [
    name,
    system !== undefined,
    async (table) => {
      const { features, counts } = await inWarehouse(await system!.put(table));
      return { features, used: counts.used, refused: counts.rejectedByReason };
    },
  ]),
];

describe.each(engines)('%s', (name, here, ask) => {
  test.skipIf(!here).each(Object.entries(tables))(
    'features agree with those of DuckDB to 1e-9, and the same rows are refused for the same reasons: %s',
    async (what, table) => {
      const [expected, found] = [await byRows(table), await ask(table)];
      expect(found.refused).toEqual(expected.refused);
      expect(found.used).toBe(expected.used);
      const difference = largestDifference(found.features, expected.features);
      say(`${name}, ${what.split(',')[0]!}: ${table.rows.length} rows, largest difference ${difference}`);
      expect(difference).toBeLessThan(1e-9);
    },
    5 * minutes,
  );
});
