import { describe, expect, it } from 'vitest';
import { sourceSchema } from '../../../shared/contracts/source.js';
import { bigQueryError } from '../../../shared/sources/bigquery/bigquery-error.js';
import { relationSql, salesSql } from '../../../shared/sources/bigquery/sales-query.js';

describe('the query for BigQuery', () => {
  it('reads the table as it was, and leaves out the months after the as-of month', () => {
    const source = {
      kind: 'bigquery',
      table: 'my-project.mart.sales',
      snapshot: '2024-01-03T03:00:00Z',
      monthColumn: 'month_start',
    } as const;
    const table =
      "(SELECT * FROM `my-project.mart.sales` FOR SYSTEM_TIME AS OF TIMESTAMP '2024-01-03T03:00:00Z')";
    expect(relationSql(source, '2023-12')).toBe(
      `(SELECT * FROM ${table} AS months WHERE \`month_start\` < '2024-01-01')`,
    );
    expect(relationSql(source, undefined)).toBe(table);
  });

  it('takes integers as text, and only the columns needed', () => {
    const columns = new Map([
      ['shop_id', { name: 'Shop', type: 'INTEGER' }],
      ['sales_qty', { name: 'qty', type: 'FLOAT' }],
    ] as const);
    expect(salesSql('`d.t`', columns)).toBe(
      'SELECT CAST(`Shop` AS STRING) AS shop_id, `qty` AS sales_qty FROM `d.t` AS source',
    );
  });

  it('takes decimals that are IDs as text, so that 7 is 7 by pages and by an export', () => {
    const columns = new Map([
      ['shop_id', { name: 'Shop', type: 'NUMERIC' }],
      ['product_id', { name: 'sku', type: 'BIGNUMERIC' }],
      ['sales_qty', { name: 'qty', type: 'NUMERIC' }],
    ] as const);
    expect(salesSql('`d.t`', columns)).toBe(
      'SELECT CAST(`Shop` AS STRING) AS shop_id, CAST(`sku` AS STRING) AS product_id, `qty` AS sales_qty FROM `d.t` AS source',
    );
  });

  it.each(['sales', 'a.b.c.d', 'a.b`; DROP TABLE x; --', "a.b' OR 1", ''])(
    'refuses the table %j',
    (table) => {
      expect(() => relationSql({ kind: 'bigquery', table }, undefined)).toThrow('source.table');
    },
  );
});

describe('bigQueryError', () => {
  it.each([
    [401, 'authError', 'CredentialsRefused'],
    [403, 'accessDenied', 'CredentialsRefused'],
    [403, 'rateLimitExceeded', 'SourceUnavailable'],
    [403, 'quotaExceeded', 'SourceUnavailable'],
    [400, 'bytesBilledLimitExceeded', 'SourceRefused'],
    [400, 'invalidQuery', 'SourceRefused'],
    [404, 'notFound', 'SourceNotFound'],
    [503, 'backendError', 'SourceUnavailable'],
    ['ECONNRESET', undefined, 'SourceUnavailable'],
  ])('%s %s is %s', (code, reason, expected) => {
    const error = Object.assign(new Error('it said'), {
      code,
      errors: reason === undefined ? [] : [{ reason }],
    });
    expect(bigQueryError(error, 'bigquery:d.t')).toMatchObject({ code: expected, where: 'bigquery:d.t' });
  });

  it('knows credentials that Google does not', () => {
    expect(bigQueryError(new Error('Could not load the default credentials.'), 'w')).toMatchObject({
      code: 'CredentialsRefused',
    });
  });
});

describe('the source contract', () => {
  it.each([
    [{ kind: 'bigquery' }, 'expected either table or query'],
    [{ kind: 'bigquery', table: 't', query: 'q' }, 'expected either table or query'],
    [{ kind: 'postgres' }, 'expected either table or query'],
    [{ kind: 'snowflake', query: 'q', snapshot: '2024-01-03T03:00:00Z' }, 'expected with table only'],
    [{ kind: 'bigquery', table: 't', snapshot: "x'; --" }, 'ISO'],
    [{ kind: 'postgres', table: 't', password: 'p' }, 'password'],
    [{ kind: 'postgres', table: 't', pushdown: true }, 'pushdown'],
    [{ kind: 'bigquery', table: 't', exportTo: "gs://b/x' AS" }, 'expected gs://bucket/prefix'],
    [
      { kind: 'bigquery', table: 't', exportTo: 'gs://bucket/x', pushdown: true },
      'expected without pushdown',
    ],
  ])('refuses %j', (source, says) => {
    const { success, error } = sourceSchema.safeParse(source);
    expect([success, error?.message]).toEqual([false, expect.stringContaining(says) as string]);
  });
});
