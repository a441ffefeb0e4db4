import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { computeFeatures } from '../../../shared/features/compute-features.js';
import { parquetOptions, rowGroupSize } from '../../../shared/tabular/parquet.js';

/** Shops two row groups and a bit long: three parts. An apostrophe stands in every ID, and so in every bound. */
const shops = 2 * rowGroupSize + 7;

it('features of more retailers than are taken at once are, byte for byte, those of one piece, and each retailer has those of his own sales', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'segments-test-'));
  const at = (name: string): string => join(scratch, `${name}.parquet`);
  try {
    await withDuckDb({ memoryLimit: '700MB', threads: 2, scratch }, async (db) => {
      const write = async (sql: string, name: string): Promise<void> =>
        await db.onOneThread(() => db.run(`COPY (${sql}) TO ${quoteLiteral(at(name))} (${parquetOptions})`));
      await write(
        `SELECT printf('R''%06d', r) AS shop_id, 'p' AS product_id, 2023 AS year, m + 1 AS month,
           1.0 + hash(r, m) % 100 AS sales_qty
         FROM range(${shops}) AS t(r), range(2) AS u(m) ORDER BY shop_id, month`,
        'sales',
      );
      await write(
        `SELECT DISTINCT shop_id, 2::INTEGER AS active_months, 12::INTEGER AS tenure_months, true AS eligible
         FROM read_parquet(${quoteLiteral(at('sales'))}) ORDER BY shop_id`,
        'eligibility',
      );
      const compute = async (eligibility: string, output: string): Promise<number> =>
        (
          await computeFeatures({
            db,
            salesPath: at('sales'),
            eligibilityPath: at(eligibility),
            asOf: '2023-12',
            config: { windowMonths: 36 },
            outputPath: at(output),
            monthsPath: at(`${output}-months`),
          })
        ).retailers;
      expect(await compute('eligibility', 'features')).toBe(shops);

      const features = `read_parquet(${quoteLiteral(at('features'))})`;
      for (const table of ['features', 'features-months']) {
        await write(`SELECT * FROM read_parquet(${quoteLiteral(at(table))}) ORDER BY shop_id`, 'one-piece');
        expect((await readFile(at(table))).equals(await readFile(at('one-piece')))).toBe(true);
      }

      // Every retailer next to a bound, alone.
      const near = `(hash(shop_id) % 20000 = 0 OR right(shop_id, 6)::INTEGER % ${rowGroupSize} IN (0, ${rowGroupSize - 1}))`;
      await write(
        `SELECT * FROM read_parquet(${quoteLiteral(at('eligibility'))}) WHERE ${near} ORDER BY shop_id`,
        'few',
      );
      const few = await compute('few', 'few-features');
      expect(few).toBeGreaterThanOrEqual(5);
      expect(await db.rows(`SELECT * FROM ${features} WHERE ${near} ORDER BY shop_id`)).toEqual(
        await db.rows(`SELECT * FROM read_parquet(${quoteLiteral(at('few-features'))})`),
      );
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}, 120_000);
