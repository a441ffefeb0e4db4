import { describe, expect, it } from 'vitest';
import { SegmentsError } from '../../../shared/errors.js';
import { generateMarket } from '../../../shared/market/market.js';
import { type MarketOptionsInput } from '../../../shared/market/options.js';

function problemsOf(options: MarketOptionsInput): readonly string[] {
  try {
    generateMarket(options);
  } catch (error) {
    if (error instanceof SegmentsError) return error.problems;
    throw error;
  }
  return [];
}

describe('market options', () => {
  it('are all optional', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it.each<[string, MarketOptionsInput, string]>([
    ['a market that ends before it begins', { from: '2022-01', to: '2021-12' }, 'to: '],
    ['a plant in the first month', { drift: { month: '2021-01' } }, 'drift.month: '],
    ['a plant after the last month', { badMonth: { month: '2024-01' } }, 'badMonth.month: '],
    ['more separated behaviours than there are', { behaviours: 11 }, 'behaviours: '],
    ['no archetype left to emerge', { behaviours: 10, emerge: { month: '2022-01' } }, 'behaviours: '],
    [
      'a split of a behaviour that is not there',
      { split: { month: '2022-01', behaviour: 6 } },
      'split.behaviour: ',
    ],
    ['a merge with itself', { merge: { month: '2022-01', from: 2, into: 2 } }, 'merge.into: '],
    ['a switch without another behaviour', { behaviours: 1, switch: { month: '2022-01' } }, 'switch: '],
  ])('refuse %s', (_, options, field) => {
    expect(problemsOf(options)).toHaveLength(1);
    expect(problemsOf(options)[0]!.startsWith(field)).toBe(true);
  });

  it('report every problem at once', () => {
    expect(problemsOf({ retailers: 0, noiseShare: 2 })).toHaveLength(2);
  });
});
