/** Even where nobody seems to, this share of the retailers may change behaviour in a month. */
export const leastChangeRate = 0.0004;
const startRate = 0.001;
const rounds = 60;

/**
 * How often behaviour changes, month by month: empirical Bayes. EM on `totals`, n × W log Bayes factors of a change in
 * each month (−∞ where a retailer cannot have changed), one change a retailer at most. Where a tenth of the market changes
 * in one month, that month is suspect for everybody; in a market at rest little evidence is left of chance.
 */
export function changeRates(totals: Float32Array, columns: number): Float64Array {
  const rates = new Float64Array(columns).fill(startRate);
  const retailers = totals.length / columns;
  for (let round = 0; round < rounds; round++) {
    const changed = new Float64Array(columns);
    const able = new Float64Array(columns);
    for (let i = 0; i < retailers; i++) {
      const scale = changeScale(totals, i * columns, rates);
      for (let j = 0; j < columns; j++) {
        const total = totals[i * columns + j]!;
        if (total === -Infinity) continue;
        able[j] = able[j]! + 1;
        changed[j] = changed[j]! + rates[j]! * Math.exp(total - scale);
      }
    }
    for (let j = 0; j < columns; j++) {
      rates[j] = Math.max(leastChangeRate, able[j] === 0 ? 0 : changed[j]! / able[j]!);
    }
  }
  return rates;
}

/** Log of the sum that makes probabilities of rate × Bayes factor, no change included. */
export function changeScale(totals: ArrayLike<number>, offset: number, rates: Float64Array): number {
  let most = 0;
  for (let j = 0; j < rates.length; j++) most = Math.max(most, totals[offset + j]!);
  let [sum, used] = [0, 0];
  for (let j = 0; j < rates.length; j++) {
    const total = totals[offset + j]!;
    if (total === -Infinity) continue;
    used += rates[j]!;
    sum += rates[j]! * Math.exp(total - most);
  }
  return most + Math.log(sum + Math.max(0, 1 - used) * Math.exp(-most));
}
