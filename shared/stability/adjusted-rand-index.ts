import { type Contingency } from './contingency.js';

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

/**
 * Adjusted Rand index (Hubert, Arabie 1985): 1 for equal partitions, 0 expected by chance, negative below chance.
 * From pair counts, as in scikit-learn; 1 where both partitions are trivial in the same way.
 */
export function adjustedRandIndex({ counts, rowSums, columnSums, total }: Contingency): number {
  const together = sumOfSquares(counts);
  const apartInFirst = sumOfSquares(columnSums) - together;
  const apartInSecond = sumOfSquares(rowSums) - together;
  const agree = together - total;
  const apart = total * total - apartInFirst - apartInSecond - together;
  if (apartInFirst === 0 && apartInSecond === 0) return 1;
  const numerator = 2 * (agree * apart - apartInFirst * apartInSecond);
  return (
    numerator /
    ((agree + apartInSecond) * (apartInSecond + apart) + (agree + apartInFirst) * (apartInFirst + apart))
  );
}
