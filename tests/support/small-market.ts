import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '../../shared/numeric/seeded-random.js';

export interface SmallMarket {
  readonly retailers?: number;
  readonly from?: string;
  readonly months?: number;
  readonly seed?: number;
  /** Prefix of every shop_id. */
  readonly prefix?: string;
}

/**
 * Rows of a market of two plain behaviours (summer and winter shops), small enough for a test to be quick. Made here
 * and not by the product's own generator, so that a fault there cannot hide one elsewhere.
 */
export function smallMarketRows(options: SmallMarket = {}): string[] {
  const { retailers = 200, from = '2022-01', months = 24, seed = 1, prefix = 'R' } = options;
  const random = seededRandom(seed, 'small market');
  const first = Number(from.slice(0, 4)) * 12 + Number(from.slice(5, 7)) - 1;
  const rows: string[] = [];
  for (let r = 0; r < retailers; r++) {
    const peak = r % 2 === 0 ? 6 : 0;
    const level = 30 * Math.exp(0.5 * random.normal());
    for (let period = first; period < first + months; period++) {
      const wave = Math.cos((2 * Math.PI * ((period % 12) - peak)) / 12);
      for (let product = 0; product < 3; product++) {
        const quantity = Math.max(1, Math.round(level * Math.exp(1.1 * wave + 0.15 * random.normal())));
        const [year, month] = [Math.floor(period / 12), (period % 12) + 1];
        rows.push(`${prefix}${String(r).padStart(4, '0')},P${product},${year},${month},${quantity}`);
      }
    }
  }
  return rows;
}

export const salesHeader = 'shop_id,product_id,year,month,sales_qty';

/** Writes such a market as CSV into `folder`, rows in the order given. */
export async function writeSmallMarket(
  folder: string,
  rows = smallMarketRows(),
  name = 'sales.csv',
): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `${salesHeader}\n${rows.join('\n')}\n`);
  return file;
}
