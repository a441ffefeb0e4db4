import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { type Source } from '../../../shared/contracts/source.js';
import { mostFiles } from '../../../shared/sources/files/file-pattern.js';
import {
  errorOf,
  header,
  inDuckDb,
  inFolder,
  ingestCsv,
  ingestSource,
  type IngestTrial,
  type TrialOptions,
} from './ingesting.js';

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Ingests what `path` names among these files, in a folder whose own name would be a pattern. */
async function ingestFiles(
  files: Files,
  path: string,
  options: TrialOptions & { kind?: 'csv' | 'parquet'; columns?: Record<string, string> } = {},
): Promise<IngestTrial> {
  return await inFolder(async (parent) => {
    const folder = join(parent, 'exports (new)');
    await mkdir(folder);
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), bytes);
    }
    const { kind = 'csv', columns } = options;
    return await ingestSource({ kind, path: join(folder, path), columns } as Source, options);
  });
}

/** What `sql` selects, as Parquet. */
async function parquet(sql: string): Promise<Uint8Array> {
  return await inDuckDb(async (db, folder) => {
    const path = join(folder, 'x.parquet');
    await db.run(`COPY (${sql}) TO ${quoteLiteral(path)} (FORMAT parquet)`);
    return await readFile(path);
  });
}

const rows = Array.from({ length: 360 }, (_, i) => {
  const month = i % 36;
  return [`S${i % 7}`, `P${i % 5}`, 2021 + Math.floor(month / 12), 1 + (month % 12), i / 8] as const;
});
const csvOf = (some: typeof rows): string => header + some.map((row) => `${row.join(',')}\n`).join('');

describe('several files', () => {
  it('are one where a backslash takes the meaning from its only special character', async () => {
    const whole = await ingestCsv(csvOf(rows));
    const files = { 'sales[1].csv': csvOf(rows), 'sales1.csv': csvOf(rows.slice(0, 9)) };
    const named = await ingestFiles(files, 'sales\\[1].csv');
    expect(named.salesBytes.equals(whole.salesBytes)).toBe(true);
  });

  it('give the sales.parquet of one file with all their rows, a file a month, packed or not, in any order of columns', async () => {
    const whole = await ingestCsv(csvOf(rows));
    const files: Record<string, string | Uint8Array> = {};
    for (let month = 0; month < 36; month++) {
      const some = rows.filter((_, i) => i % 36 === month);
      const name = `${2021 + Math.floor(month / 12)}/sales-${String(1 + (month % 12)).padStart(2, '0')}.csv`;
      if (month % 3 === 0) files[`${name}.gz`] = gzipSync(csvOf(some));
      else if (month % 3 === 1) files[name] = csvOf(some);
      else {
        const turned = some.map(
          ([shop, product, year, m, qty]) => `${qty};${m};${year};${product};${shop}\n`,
        );
        files[name] = `sales_qty;month;year;product_id;shop_id\n${turned.join('')}`;
      }
    }
    const parts = await ingestFiles(files, '');
    expect(parts.salesBytes.equals(whole.salesBytes)).toBe(true);
    expect(parts.counts).toEqual(whole.counts);
    expect(parts.fingerprint).toMatchObject({ kind: 'csv', rows: 360, version: '36 files' });
    const year = await ingestFiles(files, '2022/*.csv*');
    expect(year.counts.read).toBe(120);
    const braces = await ingestFiles(files, '202{1,3}/sales-0?.csv');
    expect(braces.counts.read).toBe(2 * 6 * 10);
  });

  it('have one fingerprint, which is that of their bytes and names and not of the order or folder they are found in', async () => {
    const files = { 'b.csv': csvOf(rows.slice(0, 9)), 'a.csv': csvOf(rows.slice(9)), 'c/d.csv': header };
    const first = (await ingestFiles(files, '**/*.csv')).fingerprint;
    const again = Object.fromEntries(Object.entries(files).reverse());
    expect((await ingestFiles(again, '**/*.csv')).fingerprint).toEqual(first);
    expect((await ingestFiles(files, '')).fingerprint).toEqual(first);
    const { sha256 } = (await ingestFiles({ ...files, 'c/d.csv': `${header}\n` }, '')).fingerprint;
    expect(sha256).not.toBe(first.sha256);
    const renamed = { 'b.csv': files['b.csv'], 'a.csv': files['a.csv'], 'c/e.csv': header };
    expect((await ingestFiles(renamed, '')).fingerprint.sha256).not.toBe(first.sha256);
  });

  it('have their refused rows told by file and line, those that are no records among them', async () => {
    const files = {
      'z.csv': `${header}A,p,2023,1,5\nA,p,2023,13,5\n`,
      'a b.csv': `${header}A,p,2023,1,-5\nA,p,2023\nB,p,2023,2,1\n`,
    };
    const { rejected, counts } = await ingestFiles(files, '*.csv');
    expect(rejected).toEqual([
      'a b.csv,2,sales_qty is negative,"A,p,2023,1,-5"',
      'a b.csv,3,the line has too few fields,"A,p,2023"',
      'z.csv,3,month is not between 1 and 12,"A,p,2023,13,5"',
    ]);
    expect(counts).toMatchObject({ read: 5, used: 2, rejected: 3 });
  });

  it('take the month from the folders of a partitioned table, where their own columns do not say it', async () => {
    const own = 'shop_id,product_id,sales_qty\nA,p,5\n';
    const expected = [
      { shop_id: 'A', product_id: 'p', year: 2022, month: 12, sales_qty: 5 },
      { shop_id: 'A', product_id: 'p', year: 2023, month: 1, sales_qty: 5 },
      { shop_id: 'A', product_id: 'p', year: 2023, month: 2, sales_qty: 5 },
      { shop_id: 'A', product_id: 'p', year: 2023, month: 3, sales_qty: 5 },
    ];
    const files = {
      'month=2023-01/a.csv': own,
      'month=2023-02-01/a.csv': own,
      'year=2023/Month=3/a.csv': own,
      // The row knows better than the folder that it was put into.
      'month=2023-04/a.csv': `${header}A,p,2022,12,5\n`,
    };
    expect((await ingestFiles(files, '')).sales).toEqual(expected);
    expect((await ingestFiles(files, 'month=2023-01/a.csv')).sales).toEqual(expected.slice(1, 2));
    const mapped = await ingestFiles({ 'period=2023-01/a.csv': own }, '*/*.csv', {
      columns: { month: 'period' },
    });
    expect(mapped.sales).toEqual(expected.slice(1, 2));
    const unknown = await ingestFiles(
      { ...files, 'month=__HIVE_DEFAULT_PARTITION__/year=2023/a.csv': own },
      '',
    );
    expect(unknown.rejected).toEqual([
      'month=__HIVE_DEFAULT_PARTITION__/year=2023/a.csv,2,month is missing,"A,p,2023,,5"',
    ]);
    const error = await errorOf(ingestFiles({ 'day=2023-01/a.csv': own }, ''));
    expect(error.code).toBe('MissingColumn');
    expect(error.where).toMatch(/day=2023-01\/a\.csv$/);
  });

  it('may be Parquet of several schemas, partitioned or not, with or without values', async () => {
    const files = {
      'month=2023-01/part-0.parquet': await parquet(
        "SELECT 7 AS shop_id, 'p' AS product_id, 2.5::DOUBLE AS sales_qty",
      ),
      'month=2023-02/part-0.parquet': await parquet(
        "SELECT 9.5::DECIMAL(9, 2) AS sales_value, '3' AS sales_qty, 'p' AS product_id, '7' AS shop_id",
      ),
      'month=2023-02/part-1.parquet': await parquet(
        "SELECT 8::BIGINT AS shop_id, 'p' AS product_id, x::DOUBLE AS sales_qty FROM (VALUES (1), (-1)) AS t (x)",
      ),
      'month=2023-02/_SUCCESS': '',
      '_temporary/0/part.parquet': 'not whole yet',
      'readme.txt': 'of no concern',
    };
    const { sales, rejected } = await ingestFiles(files, '', { kind: 'parquet' });
    expect(sales).toEqual([
      { shop_id: '7', product_id: 'p', year: 2023, month: 1, sales_qty: 2.5, sales_value: null },
      { shop_id: '7', product_id: 'p', year: 2023, month: 2, sales_qty: 3, sales_value: 9.5 },
      { shop_id: '8', product_id: 'p', year: 2023, month: 2, sales_qty: 1, sales_value: null },
    ]);
    expect(rejected).toEqual(['month=2023-02/part-1.parquet,2,sales_qty is negative,"8,p,2023,02,-1.0,"']);
    expect((await ingestFiles(files, '**/part-?.parquet', { kind: 'parquet' })).sales).toEqual(sales);
  });

  it('are refused as a whole where one is not what it is said to be, by its name', async () => {
    const good = await parquet(
      "SELECT 'A' AS shop_id, 'p' AS product_id, 2023 AS year, 1 AS month, 1 AS sales_qty",
    );
    for (const bad of [header, good.subarray(0, -30)]) {
      const error = await errorOf(
        ingestFiles({ 'a.parquet': good, 'b.parquet': bad }, '', { kind: 'parquet' }),
      );
      expect([error.code, error.where.endsWith('/b.parquet')]).toEqual(['SourceUnreadable', true]);
    }
  });

  it('are none: the pattern is refused, with how many names were looked at', async () => {
    const error = await errorOf(ingestFiles({ 'a.csv': header }, '*.tsv'));
    expect(error.code).toBe('SourceNotFound');
    expect(error.message).toMatch(/no file matches .*\*\.tsv; 1 were looked at/);
    expect((await errorOf(ingestFiles({}, 'nowhere/*.csv'))).code).toBe('SourceNotFound');
    expect((await errorOf(ingestFiles({ 'a.csv': header }, 'b.csv'))).code).toBe('SourceNotFound');
  });

  it('are too many: refused before any is read', async () => {
    const files = Object.fromEntries(Array.from({ length: mostFiles + 1 }, (_, i) => [`${i}.csv`, '']));
    const error = await errorOf(ingestFiles(files, ''));
    expect([error.code, error.message.includes(`at most ${mostFiles} files`)]).toEqual([
      'SourceRefused',
      true,
    ]);
  });

  it('may be links to files', async () => {
    const found = await inFolder(async (folder) => {
      await writeFile(join(folder, 'outside'), `${header}A,p,2023,1,5\n`);
      await mkdir(join(folder, 'links'));
      await symlink(join(folder, 'outside'), join(folder, 'links', 'a.csv'));
      return await ingestSource({ kind: 'csv', path: join(folder, 'links') });
    });
    expect(found.sales).toHaveLength(1);
  });
});
