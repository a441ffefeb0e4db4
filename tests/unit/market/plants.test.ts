import { describe, expect, it } from 'vitest';
import { generateMarket, type Market } from '../../../shared/market/market.js';
import { behaviourAt } from '../../../shared/market/plant-retailer.js';
import { mean, monthly, retailersOf, rowsOf } from './market-sales.js';

const retailers = 1500;
const month = '2022-07';
const offset = 18;
const plain = generateMarket({ retailers });
const plainRetailers = retailersOf(plain);

/** Retailers whose sales differ from those of the same market without the plant, and the first month that differs. */
function differing(market: Market): Map<number, string> {
  const differences = new Map<number, string>();
  for (const retailer of plainRetailers) {
    const before = rowsOf(plain, retailer);
    const after = rowsOf(market, market.retailer(retailer.index));
    const j = after.findIndex((row, at) => row !== before[at]);
    const first = j < 0 && before.length > after.length ? after.length : j;
    if (first < 0) continue;
    const months = [before[first], after[first]]
      .filter((row) => row !== undefined)
      .map((row) => row.split(' ')[1]!);
    differences.set(retailer.index, months.sort()[0]!);
  }
  return differences;
}

/** Mean log quantity of each calendar month from month `from` on, over these retailers, less its mean. */
function profile(market: Market, indices: readonly number[], from: number): number[] {
  const sums = Array.from({ length: 12 }, () => 0);
  const counts = Array.from({ length: 12 }, () => 0);
  for (const index of indices) {
    const { quantity } = monthly(market, market.retailer(index));
    const logs = quantity.map((value) => (value > 0 ? Math.log(value) : NaN));
    const level = mean(logs.slice(from).filter((value) => !Number.isNaN(value)));
    if (Number.isNaN(level)) continue;
    logs.forEach((value, at) => {
      if (at < from || Number.isNaN(value)) return;
      sums[at % 12]! += value - level;
      counts[at % 12]! += 1;
    });
  }
  const means = sums.map((sum, at) => sum / counts[at]!);
  const level = mean(means);
  return means.map((value) => value - level);
}

function correlation(a: readonly number[], b: ArrayLike<number>): number {
  const [meanA, meanB] = [mean(a), mean(Array.from(b))];
  const sum = (f: (j: number) => number): number => a.reduce((total, _, j) => total + f(j), 0);
  const covariance = sum((j) => (a[j]! - meanA) * (b[j]! - meanB));
  return covariance / Math.sqrt(sum((j) => (a[j]! - meanA) ** 2) * sum((j) => (b[j]! - meanB) ** 2));
}

describe('behaviours', () => {
  it('show in the sales: each seasonal profile follows the planted one', () => {
    for (const behaviour of [0, 1, 4, 5]) {
      const indices = plainRetailers.filter((r) => r.behaviour === behaviour).map((r) => r.index);
      const planted = plain.plan.at(behaviour, 0).season;
      expect(correlation(profile(plain, indices, 0), planted)).toBeGreaterThan(0.9);
    }
  });

  it('leave about the asked share of retailers without one', () => {
    const share = mean(plainRetailers.map((r) => (r.behaviour === -1 ? 1 : 0)));
    expect(Math.abs(share - 0.1)).toBeLessThan(0.03);
  });

  it('are of comparable sizes, none above twice another by plan', () => {
    const sizes = [0, 1, 2, 3, 4, 5].map((b) => plainRetailers.filter((r) => r.behaviour === b).length);
    expect(Math.max(...sizes)).toBeLessThan(2.4 * Math.min(...sizes));
  });

  it('are absent from a market without structure, where everyone is one of a kind', () => {
    const market = generateMarket({ retailers: 200, behaviours: 0 });
    expect(retailersOf(market).every((r) => r.behaviour === -1)).toBe(true);
  });

  it('drawn at random are the same for a smaller count', () => {
    const few = generateMarket({ kind: 'random', behaviours: 3 });
    const many = generateMarket({ kind: 'random', behaviours: 9 });
    expect(few.plan.count).toBe(3);
    expect(many.plan.count).toBe(9);
    for (const b of [0, 1, 2]) expect(many.plan.at(b, 0)).toEqual(few.plan.at(b, 0));
  });
});

describe('a stationary market', () => {
  it('changes nobody, opens and closes nothing', () => {
    expect(plainRetailers.every((r) => r.changes.length === 0)).toBe(true);
    expect(plainRetailers.every((r) => r.opened === 0 && r.closed === undefined)).toBe(true);
  });
});

describe('planted changes', () => {
  it('drift moves everyone with a behaviour, from its month on, further with time', () => {
    const market = generateMarket({ retailers, drift: { month, perYear: 2 } });
    const differences = differing(market);
    expect([...differences.values()].every((first) => first > month)).toBe(true);
    expect([...differences.keys()].every((index) => plain.retailer(index).behaviour >= 0)).toBe(true);
    const distance = (at: number): number =>
      Math.hypot(...plain.plan.at(0, at).season.map((value, j) => market.plan.at(0, at).season[j]! - value));
    expect(distance(offset)).toBe(0);
    expect(distance(offset + 12)).toBeCloseTo(2 * distance(offset + 6), 10);
    expect(distance(offset + 12)).toBeGreaterThan(0.1);
  });

  it('an emerging behaviour opens with exactly its share of shops and leaves others as they were', () => {
    const market = generateMarket({ retailers, emerge: { month, share: 0.08 } });
    expect(differing(market).size).toBe(0);
    const born = retailersOf(market).slice(retailers);
    expect(born).toHaveLength(120);
    expect(born.every((r) => r.behaviour === 6 && r.opened === offset)).toBe(true);
  });

  it('an emerging behaviour by conversion takes its share of those with a behaviour, in its month', () => {
    const market = generateMarket({ retailers, emerge: { month, share: 0.08, by: 'conversion' } });
    const differences = differing(market);
    const converted = retailersOf(market).filter((r) => r.changes.length > 0);
    expect(converted.every((r) => r.changes[0]!.to === 6 && r.changes[0]!.offset === offset)).toBe(true);
    expect(Math.abs(converted.length / retailers - 0.9 * 0.08)).toBeLessThan(0.02);
    expect([...differences.values()].every((first) => first >= month)).toBe(true);
    expect([...differences.keys()].every((i) => market.retailer(i).changes.length === 1)).toBe(true);
  });

  it('a split gives half of one behaviour a new season, and nobody else', () => {
    const market = generateMarket({ retailers, split: { month, behaviour: 0 } });
    const differences = differing(market);
    const origin = plainRetailers.filter((r) => r.behaviour === 0).map((r) => r.index);
    const away = origin.filter((i) => behaviourAt(market.retailer(i), offset) === 6);
    expect(Math.abs(away.length / origin.length - 0.5)).toBeLessThan(0.1);
    expect([...differences.keys()].every((i) => away.includes(i))).toBe(true);
    expect([...differences.values()].every((first) => first >= month)).toBe(true);
    expect(correlation(profile(market, away, offset), market.plan.at(6, offset).season)).toBeGreaterThan(0.9);
    expect(correlation(profile(market, away, offset), market.plan.at(0, offset).season)).toBeLessThan(0.6);
  });

  it('a merge ends one behaviour: its retailers take on the season of the other', () => {
    const market = generateMarket({ retailers, merge: { month, from: 1, into: 0 } });
    const merged = plainRetailers.filter((r) => r.behaviour === 1).map((r) => r.index);
    const last = market.months.length - 1;
    expect(retailersOf(market).some((r) => behaviourAt(r, last) === 1)).toBe(false);
    expect(merged.every((i) => behaviourAt(market.retailer(i), offset - 1) === 1)).toBe(true);
    expect([...differing(market).keys()].every((i) => merged.includes(i))).toBe(true);
    const [peak] = profile(market, merged, offset)
      .map((value, at) => [value, at] as const)
      .sort((a, b) => b[0] - a[0]);
    expect(peak![1]).toBe(6);
  });

  it('a switch moves its share of those with a behaviour to another, from its month on', () => {
    const market = generateMarket({ retailers, switch: { month, share: 0.1 } });
    const moved = retailersOf(market).filter((r) => r.changes.length > 0);
    expect(Math.abs(moved.length / retailers - 0.9 * 0.1)).toBeLessThan(0.025);
    expect(moved.every((r) => r.changes[0]!.from === r.behaviour && r.changes[0]!.to !== r.behaviour)).toBe(
      true,
    );
    const differences = differing(market);
    expect([...differences.values()].every((first) => first >= month)).toBe(true);
    expect([...differences.keys()].every((i) => market.retailer(i).changes.length === 1)).toBe(true);
    expect(differences.size).toBeGreaterThan(0.95 * moved.length);
  });

  it('a bad month loses half of its rows, alters none, and no other month', () => {
    const market = generateMarket({ retailers, badMonth: { month, share: 0.5 } });
    let [kept, expected] = [0, 0];
    for (const retailer of plainRetailers) {
      const clean = rowsOf(plain, retailer);
      const left = rowsOf(market, retailer);
      const inMonth = (row: string): boolean => row.includes(` ${month} `);
      expect(left.filter((row) => !inMonth(row))).toEqual(clean.filter((row) => !inMonth(row)));
      const all = new Set(clean.filter(inMonth));
      expect(left.filter(inMonth).every((row) => all.has(row))).toBe(true);
      kept += left.filter(inMonth).length;
      expected += all.size;
    }
    expect(Math.abs(kept / expected - 0.5)).toBeLessThan(0.03);
  });

  it('a common season scales every month of every retailer by the same factor', () => {
    const market = generateMarket({ retailers: 50, seasonality: 0.6 });
    const calm = generateMarket({ retailers: 50, seasonality: 0 });
    let compared = 0;
    for (const retailer of retailersOf(calm)) {
      const [waved, still] = [monthly(market, retailer).quantity, monthly(calm, retailer).quantity];
      still.forEach((quantity, at) => {
        if (quantity < 1000) return;
        const factor = 0.6 * Math.cos((2 * Math.PI * ((at % 12) - 11)) / 12);
        expect(Math.log(waved[at]! / quantity)).toBeCloseTo(factor, 2);
        compared++;
      });
    }
    expect(compared).toBeGreaterThan(50);
  });

  it('openings come in equal numbers every month, closures at their rate', () => {
    const market = generateMarket({ retailers, openings: 0.01, closures: 0.02 });
    const all = retailersOf(market);
    const opened = market.months.map((_, at) => all.filter((r) => r.opened === at).length);
    expect(opened).toEqual([retailers, ...Array.from({ length: 35 }, () => 15)]);
    const exposure = all.reduce((sum, r) => sum + (r.closed ?? 35) - r.opened + 1, 0);
    const closed = all.filter((r) => r.closed !== undefined).length;
    expect(Math.abs(closed / exposure - 0.02)).toBeLessThan(0.003);
  });
});
