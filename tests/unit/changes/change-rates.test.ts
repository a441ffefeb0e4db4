import { expect, test } from 'vitest';
import { changeRates, leastChangeRate } from '../../../shared/changes/change-rates.js';

/** Log Bayes factors of 1,000 retailers over ten months: strongly for month 6 of every tenth, weakly against all else. */
function totals(): Float32Array {
  return Float32Array.from({ length: 10_000 }, (_, at) =>
    at % 10 === 6 && Math.floor(at / 10) % 10 === 0 ? 12 : -3,
  );
}

test('the share that changed in a month is found, other months stay at the least rate', () => {
  const rates = changeRates(totals(), 10);
  expect(Math.abs(rates[6]! - 0.1)).toBeLessThan(0.01);
  expect([...rates].filter((rate) => rate === leastChangeRate).length).toBe(9);
});

test('months in which nobody could have changed keep the least rate', () => {
  const rates = changeRates(
    totals().map((value, at) => (at % 10 === 0 ? -Infinity : value)),
    10,
  );
  expect(rates[0]).toBe(leastChangeRate);
  expect(Math.abs(rates[6]! - 0.1)).toBeLessThan(0.01);
});
