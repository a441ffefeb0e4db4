import { beforeAll, describe, expect, it } from 'vitest';
import { generateMarket } from '../../../shared/market/market.js';
import { mean, median, monthly, retailersOf } from './market-sales.js';

describe('moments of the default market, 5,000 retailers over 36 months', () => {
  const quantities: number[] = [];
  const breadths: number[] = [];
  const variations: number[] = [];
  const growths: number[] = [];

  beforeAll(() => {
    const market = generateMarket({ retailers: 5000 });
    for (const retailer of retailersOf(market)) {
      const { quantity, rows } = monthly(market, retailer);
      const active = quantity.filter((value) => value > 0);
      if (active.length === 0) continue;
      quantities.push(...active);
      breadths.push(...rows.filter((count) => count > 0));
      const average = mean(active);
      variations.push(Math.sqrt(mean(active.map((value) => (value - average) ** 2))) / average);
      const years = [0, 12, 24].map((from) =>
        quantity.slice(from, from + 12).reduce((sum, value) => sum + value, 0),
      );
      const changes = [1, 2].filter((y) => years[y - 1]! > 0).map((y) => years[y]! / years[y - 1]! - 1);
      if (changes.length > 0) growths.push(median(changes));
    }
  });

  it('has a median monthly quantity near 45', () => {
    expect(median(quantities)).toBeGreaterThan(40);
    expect(median(quantities)).toBeLessThan(50);
  });

  it('has a mean monthly quantity in the thousands: the tail is heavy', () => {
    expect(mean(quantities)).toBeGreaterThan(1000);
    expect(mean(quantities)).toBeLessThan(10_000);
  });

  it('sells about six distinct products in an active month, four in the median one', () => {
    expect(mean(breadths)).toBeGreaterThan(5.5);
    expect(mean(breadths)).toBeLessThan(6.5);
    expect(median(breadths)).toBe(4);
  });

  it('has a coefficient of variation of monthly quantity near 1.2', () => {
    expect(median(variations)).toBeGreaterThan(1.1);
    expect(median(variations)).toBeLessThan(1.3);
    expect(mean(variations)).toBeGreaterThan(1.1);
    expect(mean(variations)).toBeLessThan(1.3);
  });

  it('shrinks by about a tenth a year in the median', () => {
    expect(median(growths)).toBeGreaterThan(-0.13);
    expect(median(growths)).toBeLessThan(-0.07);
  });
});
