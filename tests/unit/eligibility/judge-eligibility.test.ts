import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { type SqlRow } from '../../../shared/duckdb/duckdb.js';
import { type EligibilityCounts, judgeEligibility } from '../../../shared/eligibility/judge-eligibility.js';
import { errorOf, inDuckDb } from '../sources/ingesting.js';

const config = { minActiveMonths: 3, minTenureMonths: 6, minActiveMonthsPerYear: 4 };

/** Judges shops by their months (`YYYY-MM`, or `YYYY-MM=0` for a month of quantity 0) as of 2023-12. */
async function judge(
  shops: Record<string, readonly string[]>,
  options: { nobodyIsAnError?: boolean } = {},
): Promise<EligibilityCounts & { rows: SqlRow[] }> {
  return await inDuckDb(async (db, folder) => {
    const salesPath = join(folder, 'sales.parquet');
    const outputPath = join(folder, 'eligibility.parquet');
    const values = Object.entries(shops).flatMap(([shop, months]) =>
      months.map(
        (month) =>
          `('${shop}', 'p', ${month.slice(0, 4)}, ${Number(month.slice(5, 7))}, ${month.slice(8) || 2}::DOUBLE)`,
      ),
    );
    await db.run(`COPY (SELECT * FROM (VALUES ${values.join(', ')}) AS t (shop_id, product_id, year, month, sales_qty))
      TO ${quoteLiteral(salesPath)} (FORMAT parquet)`);
    const counts = await judgeEligibility({
      db,
      salesPath,
      asOf: '2023-12',
      config,
      outputPath,
      nobodyIsAnError: options.nobodyIsAnError ?? false,
    });
    return { ...counts, rows: await db.rows(`SELECT * FROM read_parquet(${quoteLiteral(outputPath)})`) };
  });
}

describe('eligibility', () => {
  it('counts active months, tenure with both ends, and active months a year', async () => {
    const { rows } = await judge({ S: ['2023-05', '2023-06', '2023-12'] });
    expect(rows).toEqual([
      {
        shop_id: 'S',
        first_month: '2023-05',
        last_month: '2023-12',
        active_months: 3,
        tenure_months: 8,
        active_months_per_year: 4.5,
        eligible: true,
        reason: '',
      },
    ]);
  });

  it('passes who just reaches a threshold, and refuses who just misses it', async () => {
    const { rows, failed } = await judge({
      tenure6: ['2023-07', '2023-08', '2023-09'],
      tenure5: ['2023-08', '2023-09', '2023-10'],
      rate4: ['2023-04', '2023-05', '2023-06'],
      rare: ['2023-03', '2023-05', '2023-06'],
      two: ['2023-07', '2023-08'],
    });
    const eligible = Object.fromEntries(rows.map((row) => [row['shop_id'], row['eligible']]));
    expect(eligible).toEqual({ tenure6: true, tenure5: false, rate4: true, rare: false, two: false });
    expect(failed).toEqual({ minActiveMonths: 1, minTenureMonths: 1, minActiveMonthsPerYear: 1 });
  });

  it('names every criterion that a retailer fails, with the numbers', async () => {
    const { rows } = await judge({ S: ['2023-12'], T: ['2020-01'] });
    expect(rows.map((row) => row['reason'])).toEqual([
      '1 active months, at least 3 needed; 1 months since the first sale, at least 6 needed',
      '1 active months, at least 3 needed; 0.2 active months a year, at least 4 needed',
    ]);
  });

  it('takes a month of quantity 0 for no sales: it is not active and starts no tenure', async () => {
    const { rows } = await judge({ S: ['2022-01=0', '2023-12'], Z: ['2023-01=0'] });
    expect(rows.map((row) => [row['first_month'], row['active_months'], row['tenure_months']])).toEqual([
      ['2023-12', 1, 1],
      [null, 0, 0],
    ]);
  });

  it('sorts by the bytes of shop_id', async () => {
    const months = ['2023-07', '2023-08', '2023-09'];
    const { rows } = await judge({
      b: months,
      B: months,
      é: months,
      '10': months,
      '9': months,
      '😀': months,
    });
    expect(rows.map((row) => row['shop_id'])).toEqual(['10', '9', 'B', 'b', 'é', '😀']);
  });

  it('says how many fail what where nobody is eligible, and only where that is an error', async () => {
    const shops = { S: ['2023-12'], T: ['2020-01'] };
    const error = await errorOf(judge(shops, { nobodyIsAnError: true }));
    expect(error.code).toBe('NobodyEligible');
    expect(error.message).toBe(
      'none of 2 retailers is eligible as of 2023-12: minActiveMonths: 2 of 2 have fewer than 3; ' +
        'minTenureMonths: 1 of 2 have fewer than 6; minActiveMonthsPerYear: 1 of 2 have fewer than 4',
    );
    expect((await judge(shops)).eligible).toBe(0);
  });
});
