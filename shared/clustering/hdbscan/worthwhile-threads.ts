import { type Matrix } from '../../numeric/matrix.js';

/**
 * Numbers (rows times columns) below which helper threads take longer to start than they help. On two cores they begin to pay
 * at 30,000 × 3, under 10,000 × 8 and at 5,000 × 29.
 */
const leastForHelpers = 80_000;

/** As many threads as are given, one for points too few to be worth a helper. */
export function worthwhileThreads({ rows, columns }: Matrix, threads: number | undefined): number {
  return rows * columns < leastForHelpers ? 1 : (threads ?? 1);
}
