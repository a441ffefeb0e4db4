/**
 * A synthetic market as the product's stages see it at each as-of month: features by the product's own SQL, from monthly
 * totals that are loaded once, with the truth beside them. In memory; nothing is written but DuckDB's own scratch.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { withDuckDb } from '../../dist/shared/duckdb/with-duckdb.js';
import { featureDefinitions } from '../../dist/shared/features/definitions.js';
import { featuresSql } from '../../dist/shared/features/features-sql.js';
import { duckDbDialect } from '../../dist/shared/sql/duckdb-dialect.js';
import { generateMarket } from '../../dist/shared/market/market.js';
import { behaviourAt } from '../../dist/shared/market/plant-retailer.js';

const indexOf = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
/** The defaults of `eligibility`. */
const eligible = { minActiveMonths: 6, minTenureMonths: 6, minActiveMonthsPerYear: 3 };

/** Months of `asOfs`: `{ asOf, table, shopIds, truth (−1 none), switched, rowsOfMonth }`, in order. */
export async function marketMonths(options, asOfs, windowMonths = 36) {
  const market = generateMarket(options);
  const first = indexOf(market.months[0]);
  const retailers = Array.from({ length: market.retailerCount }, (_, i) => market.retailer(i));
  const totals = { shop: [], period: [], qty: [], products: [] };
  const rowsOfMonth = new Float64Array(market.months.length);
  for (const retailer of retailers) {
    const sales = market.sales(retailer);
    for (let j = 0; j < sales.offsets.length;) {
      const offset = sales.offsets[j];
      let [qty, products] = [0, 0];
      for (; j < sales.offsets.length && sales.offsets[j] === offset; j++, products++)
        qty += sales.quantities[j];
      totals.shop.push(retailer.shopId);
      totals.period.push(first + offset);
      totals.qty.push(qty);
      totals.products.push(products);
      rowsOfMonth[offset] += products;
    }
  }
  const byShop = new Map(retailers.map((retailer) => [retailer.shopId, retailer]));
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'stability-bench-'));
  try {
    return await withDuckDb({ memoryLimit: '1GB', threads: 1, scratch }, async (db) => {
      await db.run('CREATE TABLE months (shop_id TEXT, period INTEGER, qty DOUBLE, products DOUBLE)');
      await db.append('months', (appender) => {
        for (let i = 0; i < totals.shop.length; i++) {
          appender.appendVarchar(totals.shop[i]);
          appender.appendInteger(totals.period[i]);
          appender.appendDouble(totals.qty[i]);
          appender.appendDouble(totals.products[i]);
          appender.endRow();
        }
      });
      const months = [];
      for (const asOf of asOfs) {
        const lastPeriod = indexOf(asOf);
        await db.run(`CREATE OR REPLACE TABLE known AS SELECT * FROM months WHERE period <= ${lastPeriod}`);
        await db.run(`CREATE OR REPLACE TABLE eligible AS SELECT shop_id, tenure AS tenure_months FROM (
          SELECT shop_id, count(*) AS active, ${lastPeriod} - min(period) + 1 AS tenure FROM known GROUP BY shop_id)
          WHERE active >= ${eligible.minActiveMonths} AND tenure >= ${eligible.minTenureMonths}
            AND active * 12.0 / tenure >= ${eligible.minActiveMonthsPerYear}`);
        const sql = featuresSql(
          { eligible: 'eligible', months: 'known', lastPeriod, windowMonths },
          duckDbDialect,
        );
        const rows = await db.rows(`SELECT * FROM (${sql}) ORDER BY shop_id`);
        const shopIds = rows.map((row) => row.shop_id);
        const columns = [
          { name: 'shop_id', type: 'text', values: shopIds },
          ...featureDefinitions.map(({ name }) => ({
            name,
            type: 'double',
            values: Float64Array.from(rows, (row) => (row[name] === null ? NaN : Number(row[name]))),
          })),
        ];
        const offset = lastPeriod - first;
        months.push({
          asOf,
          shopIds,
          table: { rows: rows.length, columns },
          truth: Int32Array.from(shopIds, (id) => behaviourAt(byShop.get(id), offset)),
          retailers: shopIds.map((id) => byShop.get(id)),
          offset,
          rowsOfMonth: new Map(
            market.months.slice(0, offset + 1).map((month, at) => [month, rowsOfMonth[at]]),
          ),
        });
      }
      return months;
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
