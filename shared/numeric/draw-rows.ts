import { type SeededRandom } from './seeded-random.js';

/** `count` of the rows 0…rows−1 drawn without replacement, ascending; all of them where there are no more. */
export function drawRows(rows: number, count: number, random: SeededRandom): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  return rows <= count ? all : random.shuffle(all).slice(0, count).sort();
}
