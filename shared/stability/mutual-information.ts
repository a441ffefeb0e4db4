import { type Contingency } from './contingency.js';

/** Entropy of cluster sizes, in nats. */
export function entropyOfSizes(sizes: Float64Array): number {
  let total = 0;
  for (const size of sizes) total += size;
  let entropy = 0;
  for (const size of sizes) if (size > 0) entropy -= (size / total) * Math.log(size / total);
  return entropy;
}

/** Mutual information of two labellings, in nats; never negative. */
export function mutualInformation({ counts, rowSums, columnSums, total }: Contingency): number {
  let sum = 0;
  for (let r = 0; r < rowSums.length; r++) {
    for (let c = 0; c < columnSums.length; c++) {
      const count = counts[r * columnSums.length + c]!;
      if (count > 0) sum += (count / total) * Math.log((count * total) / (rowSums[r]! * columnSums[c]!));
    }
  }
  return Math.max(0, sum);
}

/**
 * Mutual information expected of two random labellings with these sizes: the exact sum over the hypergeometric
 * model (Vinh, Epps, Bailey 2010, eq. 24a), in nats.
 */
export function expectedMutualInformation({ rowSums, columnSums, total }: Contingency): number {
  const logFactorial = new Float64Array(total + 1);
  for (let i = 2; i <= total; i++) logFactorial[i] = logFactorial[i - 1]! + Math.log(i);
  let sum = 0;
  for (const a of rowSums) {
    for (const b of columnSums) {
      const fixed =
        logFactorial[a]! +
        logFactorial[b]! +
        logFactorial[total - a]! +
        logFactorial[total - b]! -
        logFactorial[total]!;
      for (let n = Math.max(1, a + b - total); n <= Math.min(a, b); n++) {
        const logProbability =
          fixed -
          logFactorial[n]! -
          logFactorial[a - n]! -
          logFactorial[b - n]! -
          logFactorial[total - a - b + n]!;
        sum += (n / total) * Math.log((total * n) / (a * b)) * Math.exp(logProbability);
      }
    }
  }
  return sum;
}

/** Whether the labellings differ at most in their numbers: as many cells in use as there are rows and columns. */
function samePartition({ counts, rowSums, columnSums }: Contingency): boolean {
  const used = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return used === rowSums.length && used === columnSums.length;
}

/**
 * Adjusted mutual information, normalised by the arithmetic mean of the entropies (scikit-learn's default):
 * 1 for equal partitions, 0 expected by chance. Equal partitions are 1 by definition, also where chance could not
 * do otherwise (all in one cluster, each in its own) and the formula is 0 / 0.
 */
export function adjustedMutualInformation(table: Contingency): number {
  if (samePartition(table)) return 1;
  const information = mutualInformation(table);
  const expected = expectedMutualInformation(table);
  const mean = (entropyOfSizes(table.rowSums) + entropyOfSizes(table.columnSums)) / 2;
  const room = mean - expected;
  const denominator = room < 0 ? Math.min(room, -Number.EPSILON) : Math.max(room, Number.EPSILON);
  return (information - expected) / denominator;
}

/**
 * Variation of information (Meilă 2007), H(X|Y) + H(Y|X) in nats: a metric on partitions, 0 for equal ones, at most
 * ln n.
 */
export function variationOfInformation(table: Contingency): number {
  let sum = 0;
  const columns = table.columnSums.length;
  for (let r = 0; r < table.rowSums.length; r++) {
    for (let c = 0; c < columns; c++) {
      const count = table.counts[r * columns + c]!;
      if (count === 0) continue;
      const share = count / table.total;
      sum -= share * (Math.log(count / table.rowSums[r]!) + Math.log(count / table.columnSums[c]!));
    }
  }
  return Math.max(0, sum);
}
