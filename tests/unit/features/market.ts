import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AsOfMonth, monthIndex } from '../../../shared/contracts/as-of-month.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { judgeEligibility } from '../../../shared/eligibility/judge-eligibility.js';
import { computeFeatures } from '../../../shared/features/compute-features.js';
import { type Table, texts, valuesOf } from '../../../shared/tabular/column.js';
import { readColumns, writeColumns } from '../../../shared/tabular/parquet.js';

/** One row of sales, its month as `YYYY-MM`. */
export type Sale = readonly [shop: string, product: string, month: string, quantity: number];

export interface Computed {
  readonly table: Table;
  /** `stages/months.parquet`. */
  readonly months: Table;
  readonly bytes: Buffer;
  readonly eligibilityBytes: Buffer;
  /** Features by name of one retailer, NaN where missing. */
  of(shopId: string): Record<string, number>;
}

export interface FeatureTrial {
  readonly asOf: AsOfMonth;
  readonly windowMonths?: number;
  readonly threads?: number;
}

/** Eligibility (which passes everybody who ever sold) and features of these sales, in the order in which they are given. */
export async function featuresOf(sales: readonly Sale[], trial: FeatureTrial): Promise<Computed> {
  const { asOf, windowMonths = 36, threads = 2 } = trial;
  const scratch = await mkdtemp(join(tmpdir(), 'segments-test-'));
  const [salesPath, eligibilityPath, outputPath, monthsPath] = ['s', 'e', 'f', 'm'].map((name) =>
    join(scratch, `${name}.parquet`),
  );
  try {
    let months: Table | undefined;
    const table = await withDuckDb({ memoryLimit: '500MB', threads, scratch }, async (db) => {
      await writeColumns(db, salesPath!, [
        { name: 'shop_id', type: 'text', values: sales.map(([shop]) => shop) },
        { name: 'product_id', type: 'text', values: sales.map(([, product]) => product) },
        { name: 'year', type: 'int', values: Int32Array.from(sales, ([, , month]) => year(month)) },
        {
          name: 'month',
          type: 'int',
          values: Int32Array.from(sales, ([, , month]) => (monthIndex(month) % 12) + 1),
        },
        {
          name: 'sales_qty',
          type: 'double',
          values: Float64Array.from(sales, ([, , , quantity]) => quantity),
        },
      ]);
      await judgeEligibility({
        db,
        salesPath: salesPath!,
        asOf,
        config: { minActiveMonths: 1, minTenureMonths: 1, minActiveMonthsPerYear: 0 },
        outputPath: eligibilityPath!,
        nobodyIsAnError: false,
      });
      await computeFeatures({
        db,
        salesPath: salesPath!,
        eligibilityPath: eligibilityPath!,
        asOf,
        config: { windowMonths },
        outputPath: outputPath!,
        monthsPath: monthsPath!,
      });
      months = await readColumns(db, monthsPath!);
      return await readColumns(db, outputPath!);
    });
    return {
      table,
      months: months!,
      bytes: await readFile(outputPath!),
      eligibilityBytes: await readFile(eligibilityPath!),
      of: (shopId) => {
        const row = texts(table, 'shop_id').indexOf(shopId);
        const names = table.columns.map(({ name }) => name).filter((name) => name !== 'shop_id');
        return Object.fromEntries(names.map((name) => [name, valuesOf(table, name, 'double')[row]!]));
      },
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function year(month: string): number {
  return Math.floor(monthIndex(month) / 12);
}
