import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { ingestSales } from '../../../shared/sources/ingest-sales.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { type MarketOptionsInput } from '../../../shared/market/options.js';
import { writeMarket } from '../../../shared/market/write-market.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'market-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const options: MarketOptionsInput = {
  retailers: 120,
  to: '2021-12',
  closures: 0.03,
  openings: 0.02,
  switch: { month: '2021-06', share: 0.3 },
};
const dirt = {
  notANumber: 7,
  wrongMonth: 11,
  missingShop: 3,
  missingProduct: 5,
  negativeQuantity: 13,
  infiniteQuantity: 2,
  duplicateKey: 170,
};

async function lines(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).trimEnd().split('\n');
}

async function ingested(kind: 'csv' | 'parquet', path: string, name: string): ReturnType<typeof ingestSales> {
  const scratch = join(folder, name);
  return await withDuckDb({ memoryLimit: '500MB', threads: 1, scratch: folder }, (db) =>
    ingestSales({
      db,
      source: { kind, path },
      asOf: undefined,
      config: configSchema.parse({}).ingest,
      scratch,
      onProgress: () => undefined,
      signal: new AbortController().signal,
    }),
  );
}

describe('writeMarket', () => {
  it.each(['csv', 'csv.gz', 'parquet'])('writes the same bytes twice: .%s', async (ending) => {
    const [one, two] = [join(folder, `one.${ending}`), join(folder, `two.${ending}`)];
    await writeMarket({ options, salesPath: one, truthPath: `${one}.truth.csv` });
    await writeMarket({ options, salesPath: two, truthPath: `${two}.truth.csv` });
    expect((await readFile(one)).equals(await readFile(two))).toBe(true);
    expect((await readFile(`${one}.truth.csv`)).equals(await readFile(`${two}.truth.csv`))).toBe(true);
    expect((await readFile(one)).length).toBeGreaterThan(10_000);
  });

  it('writes the same rows in all three formats', async () => {
    const paths = ['csv', 'csv.gz', 'parquet'].map((ending) => join(folder, `same.${ending}`));
    for (const salesPath of paths) await writeMarket({ options, salesPath });
    const csv = await readFile(paths[0]!);
    expect(gunzipSync(await readFile(paths[1]!)).equals(csv)).toBe(true);
    const difference = await withDuckDb({ memoryLimit: '500MB', threads: 1, scratch: folder }, async (db) => {
      const columns = 'shop_id, product_id, year, month, sales_qty, sales_value';
      const [a, b] = [`SELECT ${columns} FROM '${paths[0]!}'`, `SELECT ${columns} FROM '${paths[2]!}'`];
      return await db.row(
        `SELECT (SELECT count(*) FROM (${a} EXCEPT ALL ${b})) AS missing, (SELECT count(*) FROM (${b})) AS n`,
      );
    });
    expect(Number(difference['missing'])).toBe(0);
    expect(Number(difference['n'])).toBe(csv.toString().trimEnd().split('\n').length - 1);
  });

  it('counts the rows that it writes, and reports every retailer done', async () => {
    const salesPath = join(folder, 'counted.csv');
    const seen: number[] = [];
    const written = await writeMarket({ options, salesPath, onProgress: ({ done }) => seen.push(done) });
    expect((await lines(salesPath)).length - 1).toBe(written.rows);
    expect(written).toMatchObject({ retailers: 120 + 11 * 2, behaviours: 6, months: 12 });
    expect(seen.at(-1)).toBe(written.retailers);
  });

  it('writes a truth that agrees with the sales: every shop known, none sells before opening or after closing', async () => {
    const [salesPath, truthPath] = [join(folder, 'sales.csv'), join(folder, 'truth.csv')];
    await writeMarket({ options, salesPath, truthPath });
    const [header, ...rows] = await lines(truthPath);
    expect(header).toBe('shop_id,behaviour,opened,closed,switched,from,to,cause');
    const truth = new Map(rows.map((row) => [row.split(',')[0]!, row.split(',')]));
    expect(truth.size).toBe(142);
    const sold = new Map<string, string[]>();
    for (const row of (await lines(salesPath)).slice(1)) {
      const [shop, , year, month] = row.split(',') as [string, string, string, string];
      const list = sold.get(shop) ?? [];
      list.push(`${year}-${month.padStart(2, '0')}`);
      sold.set(shop, list);
    }
    expect(sold.size).toBeGreaterThan(130);
    for (const [shop, months] of sold) {
      const [, , opened, closed] = truth.get(shop)!;
      expect(months.every((month) => month >= opened! && (closed === '' || month <= closed!))).toBe(true);
      expect([...months].sort()).toEqual(months);
    }
    const switched = rows.map((row) => row.split(',')).filter((row) => row[7] === 'switch');
    expect(switched.length).toBeGreaterThan(10);
    expect(switched.every((row) => row[4] === '2021-06' && row[5] === row[1] && row[6] !== row[1])).toBe(
      true,
    );
    expect(rows.some((row) => row.split(',')[3] !== '')).toBe(true);
  });

  it.each(['csv', 'parquet'] as const)(
    'holds dirt in exact counts, and cleans to the clean market: .%s',
    async (kind) => {
      const [clean, dirty] = [join(folder, `clean.${kind}`), join(folder, `dirty.${kind}`)];
      const before = await writeMarket({ options, salesPath: clean });
      const after = await writeMarket({ options: { ...options, dirt }, salesPath: dirty });
      const total = Object.values(dirt).reduce((sum, count) => sum + count, 0);
      expect(after.rows).toBe(before.rows + total);
      expect(after.dirt).toEqual(dirt);

      const [used, expected] = [
        await ingested(kind, dirty, `dirty-${kind}`),
        await ingested(kind, clean, `clean-${kind}`),
      ];
      expect(used.counts.rejectedByReason).toEqual({
        'sales_qty is not a number': 7,
        'month is not between 1 and 12': 11,
        'shop_id is missing': 3,
        'product_id is missing': 5,
        'sales_qty is negative': 13,
        'sales_qty is not finite': 2,
      });
      expect(used.counts.duplicatesSummed).toBe(170);
      expect((await readFile(used.salesPath)).equals(await readFile(expected.salesPath))).toBe(true);
    },
  );

  it('refuses more duplicates than there are rows to split, and says how many fit', async () => {
    const salesPath = join(folder, 'many.csv');
    const work = writeMarket({
      options: { retailers: 2, to: '2021-02', dirt: { duplicateKey: 10_000 } },
      salesPath,
    });
    await expect(work).rejects.toMatchObject({ code: 'InvalidInput', remedy: /at most \d+ duplicates/ });
    expect((await readdir(folder)).filter((name) => name.startsWith('many'))).toEqual([]);
  });

  it('refuses an ending that it cannot write', async () => {
    const work = writeMarket({ options: {}, salesPath: join(folder, 'sales.xlsx') });
    await expect(work).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  it.each(['csv', 'parquet'])('leaves nothing behind when it is aborted: .%s', async (ending) => {
    const control = new AbortController();
    const salesPath = join(folder, `aborted.${ending}`);
    const work = writeMarket({
      options: { retailers: 5000 },
      salesPath,
      truthPath: join(folder, 'aborted-truth.csv'),
      onProgress: () => control.abort(),
      signal: control.signal,
    });
    await expect(work).rejects.toThrow();
    expect((await readdir(folder)).filter((name) => name.startsWith('aborted'))).toEqual([]);
  });
});
