import { type RetailerMonths } from '../shared/courses/retailer-months.js';
import { type AsOfMonth, monthIndex } from '../shared/contracts/as-of-month.js';
import { monthColumns } from '../shared/features/months-sql.js';
import { type Table } from '../shared/tabular/column.js';
import { matrixOf } from './latent-table.js';
import { readTable } from './parquet-io.js';
import { type RunFolder } from './run-folder.js';
import { type StageTools } from './stage-tools.js';

const name = 'stages/months.parquet';

/** What the run's eligible retailers did month by month; undefined where its source knows features only. */
export async function readMonths(
  tools: StageTools,
  folder: RunFolder,
  asOf: AsOfMonth,
): Promise<RetailerMonths | undefined> {
  return folder.has(name) ? retailerMonthsOf(await readTable(tools, folder, name), asOf) : undefined;
}

/** The retailers of `stages/months.parquet`, or of a table that holds its columns beside others; undefined where it does not. */
export function retailerMonthsOf(table: Table, asOf: AsOfMonth): RetailerMonths | undefined {
  const quantities = matrixOf(monthColumns.quantity, table);
  const products = matrixOf(monthColumns.products, table);
  if (quantities.columns === 0 || products.columns !== quantities.columns) return undefined;
  return { lastPeriod: monthIndex(asOf), quantities, products };
}
