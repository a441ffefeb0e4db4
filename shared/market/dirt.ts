import { SegmentsError } from '../errors.js';
import { KeyedRandom } from './keyed-random.js';
import { type DirtOptions, type DirtReason } from './options.js';

/** A row as it is written: text, so that it can be wrong in any way. */
export interface DirtyRow {
  readonly shopId: string;
  readonly productId: string;
  readonly year: string;
  readonly month: string;
  readonly quantity: string;
}

type RowReason = Exclude<DirtReason, 'duplicateKey'>;

/** How each reason spoils a clean row: in that one respect only, so that nobody can count it under another. */
const spoil: Record<RowReason, (row: DirtyRow, random: KeyedRandom) => DirtyRow> = {
  notANumber: (row) => ({ ...row, quantity: 'many' }),
  wrongMonth: (row, random) => ({ ...row, month: random.uniform() < 0.5 ? '0' : '13' }),
  missingShop: (row) => ({ ...row, shopId: '' }),
  missingProduct: (row) => ({ ...row, productId: '' }),
  negativeQuantity: (row) => ({ ...row, quantity: `-${row.quantity}` }),
  infiniteQuantity: (row) => ({ ...row, quantity: 'inf' }),
};

/** Where dirt goes: spread evenly over the retailers in their order, exactly as many rows as asked for. */
export interface Dirt {
  readonly isNone: boolean;
  /** Rows to be refused that follow the rows of retailer `index`. */
  rowsAfter(index: number, plain: (random: KeyedRandom) => DirtyRow): DirtyRow[];
  /**
   * Which of the retailer's rows are to be written in two parts. What it has no row of two units or more for,
   * later retailers make up for.
   */
  duplicated(index: number, quantities: readonly number[]): ReadonlySet<number>;
  /** Throws InvalidInput where the market had too few rows to duplicate. */
  finish(): void;
}

export function planDirt(options: DirtOptions, seed: number, retailerCount: number): Dirt {
  const random = new KeyedRandom(seed, 'dirt');
  const reasons = Object.keys(spoil) as RowReason[];
  /** Of `count` rows, how many belong to retailer `index`: sums to `count` over all retailers. */
  const dueAt = (index: number, count: number): number =>
    Math.ceil(((index + 1) * count) / retailerCount) - Math.ceil((index * count) / retailerCount);

  let owed = 0;
  return {
    isNone: Object.values(options).every((count) => count === 0),
    rowsAfter(index, plain) {
      const rows: DirtyRow[] = [];
      reasons.forEach((reason, number) => {
        for (let j = dueAt(index, options[reason]); j > 0; j--) {
          random.at(index, number * 2 ** 24 + j);
          rows.push(spoil[reason](plain(random), random));
        }
      });
      return rows;
    },
    duplicated(index, quantities) {
      owed += dueAt(index, options.duplicateKey);
      const chosen = new Set<number>();
      if (owed === 0) return chosen;
      const start = random.at(index).integer(quantities.length);
      for (let j = 0; j < quantities.length && owed > 0; j++) {
        const row = (start + j) % quantities.length;
        if (quantities[row]! < 2) continue;
        chosen.add(row);
        owed--;
      }
      return chosen;
    },
    finish() {
      if (owed === 0) return;
      const found = options.duplicateKey - owed;
      throw new SegmentsError(
        'InvalidInput',
        `dirt.duplicateKey: found ${options.duplicateKey}; the market has room for ${found}`,
        { where: 'market options', remedy: `Ask for at most ${found} duplicates, or for more retailers.` },
      );
    },
  };
}
