import { monthIndex } from '../shared/contracts/as-of-month.js';
import { type DuckDb } from '../shared/duckdb/duckdb.js';
import { quoteLiteral } from '../shared/duckdb/quote.js';
import { withDuckDb } from '../shared/duckdb/with-duckdb.js';
import { curveColumn, volumeColumn, volumeMonths } from '../shared/pushdown/retailers-table.js';
import { salesRelation } from '../shared/sources/sales-relation.js';
import { duckDbDialect } from '../shared/sql/duckdb-dialect.js';
import { type RunFolder } from './run-folder.js';
import { type StageTools } from './stage-tools.js';

export interface RecentSales {
  /** Quantity of each retailer over the last year, in the order asked for. */
  readonly volumes: Float64Array;
  /** Quantities month by month, up to the as-of month, of the retailers asked for. */
  readonly curves: ReadonlyMap<string, readonly number[]>;
}

/** SELECTs of `shop_id, quantity` over the last year, and of `shop_id, ago, quantity` of some retailers, `ago` in months. */
interface RecentSql {
  readonly volumes: string;
  curves(chosen: string): string;
}

/** Quantity of each retailer over the last year, and month by month of some of them (rows of `shopIds`). */
export async function readRecentSales(
  tools: StageTools,
  folder: RunFolder,
  asOf: string,
  curveMonths: number,
  shopIds: readonly string[],
  curveRows: readonly number[],
): Promise<RecentSales> {
  const sql = folder.has('retailers.parquet')
    ? ofRetailers(await folder.fetch('retailers.parquet'), curveMonths)
    : ofSales(await folder.fetch('sales.parquet'), monthIndex(asOf), curveMonths);
  const work = async (db: DuckDb): Promise<RecentSales> => {
    const place = new Map(shopIds.map((id, i) => [id, i]));
    const volumes = new Float64Array(shopIds.length);
    await db.chunks(
      sql.volumes,
      () => undefined,
      (chunk) => {
        for (const [id, sum] of chunk.getRows()) {
          const i = place.get(id as string);
          if (i !== undefined) volumes[i] = sum as number;
        }
      },
    );
    const chosen = curveRows.map((i) => quoteLiteral(shopIds[i]!));
    const curves = new Map<string, number[]>();
    if (chosen.length > 0) {
      const found = await db.rows(sql.curves(chosen.join(', ')));
      // Nothing of anybody: a source of features, which knows no quantities. A line at 0 would say what nobody knows.
      if (found.length === 0) return { volumes, curves };
      for (const i of curveRows) curves.set(shopIds[i]!, new Array<number>(curveMonths).fill(0));
      for (const row of found) {
        const curve = curves.get(row['shop_id'] as string)!;
        curve[curveMonths - 1 - Number(row['ago'])] = row['quantity'] as number;
      }
    }
    return { volumes, curves };
  };
  return await withDuckDb({ ...tools.duckDb, scratch: tools.scratch }, work, tools.signal);
}

function ofSales(path: string, last: number, curveMonths: number): RecentSql {
  const sales = salesRelation(path);
  const quantity = `${duckDbDialect.sumOfQuantities('sales_qty')} AS quantity`;
  return {
    volumes: `SELECT shop_id, ${quantity} FROM ${sales} WHERE period > ${last - volumeMonths} GROUP BY shop_id`,
    curves: (chosen) =>
      `SELECT shop_id, (${last} - period)::INTEGER AS ago, ${quantity} FROM ${sales}
       WHERE shop_id IN (${chosen}) AND period > ${last - curveMonths} GROUP BY 1, 2`,
  };
}

function ofRetailers(path: string, curveMonths: number): RecentSql {
  const file = `read_parquet(${quoteLiteral(path)})`;
  const months = Array.from({ length: curveMonths }, (_, ago) => ago);
  return {
    volumes: `SELECT shop_id, ${volumeColumn} FROM ${file} WHERE ${volumeColumn} IS NOT NULL`,
    curves: (chosen) =>
      months
        .map(
          (ago) =>
            `SELECT shop_id, ${ago} AS ago, ${curveColumn(ago)} AS quantity FROM ${file}
             WHERE shop_id IN (${chosen}) AND ${curveColumn(ago)} IS NOT NULL`,
        )
        .join(' UNION ALL '),
  };
}
