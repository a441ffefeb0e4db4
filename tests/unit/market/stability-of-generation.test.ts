import { describe, expect, it } from 'vitest';
import { generateMarket } from '../../../shared/market/market.js';
import { type MarketOptionsInput } from '../../../shared/market/options.js';
import { retailersOf, rowsOf } from './market-sales.js';

const eventful: MarketOptionsInput = {
  seed: 7,
  retailers: 150,
  from: '2021-01',
  openings: 0.02,
  closures: 0.02,
  drift: { month: '2021-05' },
  emerge: { month: '2021-06' },
  split: { month: '2021-07' },
  merge: { month: '2021-08' },
  switch: { month: '2021-09' },
  badMonth: { month: '2021-10' },
};

describe('a market of one seed', () => {
  it('has the same past when it is asked for one month more', () => {
    const shorter = generateMarket({ ...eventful, to: '2022-06' });
    const longer = generateMarket({ ...eventful, to: '2022-07' });
    const last = shorter.months.length - 1;
    expect(longer.retailerCount).toBe(shorter.retailerCount + 3);
    for (const before of retailersOf(shorter)) {
      const after = longer.retailer(before.index);
      expect(rowsOf(longer, after).filter((row) => !row.includes(' 2022-07 '))).toEqual(
        rowsOf(shorter, before),
      );
      expect({ ...after, closed: after.closed === last + 1 ? undefined : after.closed }).toEqual(before);
    }
  });

  it('has the same retailers when it is asked for more of them', () => {
    const small = generateMarket({ retailers: 20 });
    const large = generateMarket({ retailers: 30 });
    for (const retailer of retailersOf(small)) {
      expect(large.retailer(retailer.index)).toEqual(retailer);
      expect(rowsOf(large, retailer)).toEqual(rowsOf(small, retailer));
    }
  });

  it('does not depend on the order in which retailers are asked for', () => {
    const market = generateMarket({ retailers: 20 });
    const forward = retailersOf(market).map((retailer) => rowsOf(market, retailer));
    const backward = retailersOf(market)
      .reverse()
      .map((retailer) => rowsOf(market, retailer))
      .reverse();
    expect(backward).toEqual(forward);
  });

  it('differs from a market of another seed', () => {
    const [one, other] = [1, 2].map((seed) => generateMarket({ seed, retailers: 20 }));
    expect(rowsOf(one!, one!.retailer(0))).not.toEqual(rowsOf(other!, other!.retailer(0)));
  });
});
