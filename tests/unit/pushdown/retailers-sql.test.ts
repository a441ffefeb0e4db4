import { describe, expect, it } from 'vitest';
import { monthIndex } from '../../../shared/contracts/as-of-month.js';
import { answerColumns } from '../../../shared/pushdown/answer.js';
import { retailersSql } from '../../../shared/pushdown/retailers-sql.js';
import { columnExpressions } from '../../../shared/sources/bigquery/column-expressions.js';
import { relationSql as bigQueryRelation } from '../../../shared/sources/bigquery/sales-query.js';
import { type SalesColumn } from '../../../shared/sources/sales-source.js';
import { relationSql as snowflakeRelation } from '../../../shared/sources/snowflake/sales-query.js';
import { bigQueryDialect } from '../../../shared/sql/bigquery-dialect.js';
import { snowflakeDialect } from '../../../shared/sql/snowflake-dialect.js';

const asOf = '2023-12';
const lastPeriod = monthIndex(asOf);
const snapshot = '2024-01-03T03:00:00Z';
const types = [
  ['shop_id', 'STRING'],
  ['product_id', 'INT64'],
  ['year', 'INT64'],
  ['month', 'INT64'],
  ['sales_qty', 'NUMERIC'],
] as const;
const bigQueryColumns = columnExpressions(
  new Map(types.map(([name, type]) => [name as SalesColumn, { name, type }])),
  'test',
);
const plainColumns = Object.fromEntries(types.map(([name]) => [name, { text: name, number: name }]));
const count = (text: string, part: string): number => text.split(part).length - 1;

describe('the one statement that a warehouse is asked', () => {
  it('reads the table once, as of one time, without the months that the run may not see', () => {
    const source = { kind: 'bigquery', table: 'p.mart.sales', snapshot, monthColumn: 'month_start' } as const;
    const relation = bigQueryRelation(source, asOf);
    const sql = retailersSql(
      { relation, columns: bigQueryColumns, lastPeriod, windowMonths: 36 },
      bigQueryDialect,
    );
    expect(count(sql, '`p.mart.sales`')).toBe(1);
    expect(sql).toContain(
      "FROM (SELECT * FROM (SELECT * FROM `p.mart.sales` FOR SYSTEM_TIME AS OF TIMESTAMP '2024-01-03T03:00:00Z') AS months WHERE `month_start` < '2024-01-01') AS source",
    );
  });

  it('reads a table of Snowflake as of a time in words that no stand-in understands', () => {
    const relation = snowflakeRelation({ kind: 'snowflake', table: 'mart.public.sales', snapshot }, asOf);
    const sql = retailersSql(
      { relation, columns: plainColumns, lastPeriod, windowMonths: 36 },
      snowflakeDialect,
    );
    expect(sql).toContain(
      `FROM "MART"."PUBLIC"."SALES" AT(TIMESTAMP => '2024-01-03T03:00:00Z'::TIMESTAMP_TZ) AS source`,
    );
  });

  it('asks for the retailers by parameters that come after those of the query', () => {
    const sql = retailersSql(
      {
        relation: '(SELECT * FROM t WHERE country = ?)',
        columns: plainColumns,
        askedFor: (shopId) => `${shopId} IN (?, ?)`,
        lastPeriod,
        windowMonths: 36,
      },
      snowflakeDialect,
    );
    expect(sql.match(/country = \?|IN \(\?, \?\)/g)).toEqual(['country = ?', 'IN (?, ?)']);
  });

  it('says in BigQuery only what BigQuery knows: no parameters on types, and its own names of them', () => {
    const sql = retailersSql(
      { relation: '`d.t`', columns: bigQueryColumns, lastPeriod, windowMonths: 36 },
      bigQueryDialect,
    );
    expect(sql).not.toMatch(/\b(DOUBLE|VARCHAR|INTEGER|BIGINT)\b|NUMERIC ?\(|::/);
    // Text stays under BigQuery's limit of 1,024K characters by far.
    expect(sql.length).toBeLessThan(100_000);
  });

  it('answers with every column in each of its four kinds of rows', () => {
    const sql = retailersSql(
      { relation: 't', columns: plainColumns, lastPeriod, windowMonths: 36 },
      snowflakeDialect,
    );
    for (const { name } of answerColumns)
      expect(count(sql, ` AS ${name},`) + count(sql, ` AS ${name}\n`)).toBeGreaterThanOrEqual(4);
    expect(count(sql, 'UNION ALL')).toBe(3);
  });
});
