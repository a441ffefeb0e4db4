import { type Market } from '../../../shared/market/market.js';
import { type PlantedRetailer } from '../../../shared/market/plant-retailer.js';

/** Every row of a market as text, retailer by retailer. */
export function rowsOf(market: Market, retailer: PlantedRetailer): string[] {
  const { offsets, products, quantities, cents } = market.sales(retailer);
  return offsets.map(
    (offset, j) =>
      `${retailer.shopId} ${market.months[offset]!} ${market.productIds[products[j]!]!} ${quantities[j]!} ${cents[j]!}`,
  );
}

export function retailersOf(market: Market): PlantedRetailer[] {
  return Array.from({ length: market.retailerCount }, (_, index) => market.retailer(index));
}

/** Quantity a month, 0 where there are no rows, and number of rows (distinct products) a month. */
export function monthly(market: Market, retailer: PlantedRetailer): { quantity: number[]; rows: number[] } {
  const quantity = market.months.map(() => 0);
  const rows = market.months.map(() => 0);
  const sales = market.sales(retailer);
  sales.offsets.forEach((offset, j) => {
    quantity[offset]! += sales.quantities[j]!;
    rows[offset]! += 1;
  });
  return { quantity, rows };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
