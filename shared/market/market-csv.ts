import { type OnProgress } from '../progress.js';
import { type Dirt, type DirtyRow, planDirt } from './dirt.js';
import { type Market } from './market.js';
import { type PlantedRetailer } from './plant-retailer.js';
import { type RetailerSales } from './retailer-sales.js';
import { truthHeader, truthLine } from './truth-csv.js';

export const salesHeader = 'shop_id,product_id,year,month,sales_qty,sales_value\n';

/** A piece of both files. */
export interface MarketText {
  readonly sales: string;
  readonly truth: string;
  /** Rows of sales in this piece, header not counted. */
  readonly rows: number;
}

const charactersAPiece = 1 << 20;

/**
 * The market as CSV, in pieces of about a megabyte: retailers in order, each one's rows by month and product, then
 * the dirt that follows it.
 */
export function* marketText(market: Market, onProgress?: OnProgress): Generator<MarketText, void, void> {
  const dirt = planDirt(market.options.dirt, market.options.seed, market.retailerCount);
  let sales = salesHeader;
  let truth = truthHeader;
  let rows = 0;
  const yearAndMonth = market.months.map((month) => `${Number(month.slice(0, 4))},${Number(month.slice(5))}`);
  for (let index = 0; index < market.retailerCount; index++) {
    const retailer = market.retailer(index);
    const own = salesLines(market, retailer, market.sales(retailer), yearAndMonth, dirt);
    sales += own.text;
    rows += own.rows;
    truth += truthLine(retailer, market.months);
    if (sales.length >= charactersAPiece) {
      yield { sales, truth, rows };
      sales = '';
      truth = '';
      rows = 0;
      onProgress?.({ phase: 'retailers', done: index + 1, total: market.retailerCount });
    }
  }
  dirt.finish();
  yield { sales, truth, rows };
  onProgress?.({ phase: 'retailers', done: market.retailerCount, total: market.retailerCount });
}

function salesLines(
  market: Market,
  retailer: PlantedRetailer,
  sales: RetailerSales,
  yearAndMonth: readonly string[],
  dirt: Dirt,
): { text: string; rows: number } {
  const twice = dirt.isNone ? undefined : dirt.duplicated(retailer.index, sales.quantities);
  let text = '';
  let rows = sales.offsets.length;
  for (let j = 0; j < sales.offsets.length; j++) {
    const key = `${retailer.shopId},${market.productIds[sales.products[j]!]!},${yearAndMonth[sales.offsets[j]!]!}`;
    const quantity = sales.quantities[j]!;
    const cents = sales.cents[j]!;
    if (twice?.has(j) === true) {
      const part = quantity >> 1;
      const partCents = Math.floor(cents / 2);
      text += `${key},${part},${money(partCents)}\n${key},${quantity - part},${money(cents - partCents)}\n`;
      rows++;
    } else text += `${key},${quantity},${money(cents)}\n`;
  }
  if (!dirt.isNone) {
    const refused = dirt.rowsAfter(retailer.index, (random): DirtyRow => {
      const [year, month] = yearAndMonth[random.integer(yearAndMonth.length)]!.split(',') as [string, string];
      const productId = market.productIds[random.integer(market.productIds.length)]!;
      const quantity = String(1 + random.integer(99));
      return { shopId: retailer.shopId, productId, year, month, quantity };
    });
    for (const row of refused) {
      text += `${row.shopId},${row.productId},${row.year},${row.month},${row.quantity},1.00\n`;
    }
    rows += refused.length;
  }
  return { text, rows };
}

/** Hundredths as a decimal number with two places. */
function money(cents: number): string {
  const rest = cents % 100;
  return `${(cents - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`;
}
