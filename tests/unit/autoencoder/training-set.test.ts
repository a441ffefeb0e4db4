import { describe, expect, it } from 'vitest';
import { isHeldOut } from '../../../shared/autoencoder/holdout.js';
import { splitTrainingSet } from '../../../shared/autoencoder/training-set.js';
import { plantedFeatures, shopIdsOf } from './planted-features.js';

describe('the validation split', () => {
  it.each([
    ['short integers', (i: number) => String(i)],
    ['long common prefixes', (i: number) => `retailer-of-the-north-${i}`],
    ['padded codes', (i: number) => String(i).padStart(8, '0')],
  ])('holds out about the share asked for, of IDs that are %s', (_, name) => {
    const held = Array.from({ length: 20_000 }, (_, i) => name(i)).filter((id) => isHeldOut(id, 0.1)).length;
    expect(held).toBeGreaterThan(1_850);
    expect(held).toBeLessThan(2_150);
  });

  it('keeps who is held out when the share grows, and holds out nobody at 0', () => {
    const ids = shopIdsOf(500);
    const few = ids.filter((id) => isHeldOut(id, 0.1));
    expect(few.length).toBeGreaterThan(0);
    expect(few.every((id) => isHeldOut(id, 0.3))).toBe(true);
    expect(ids.some((id) => isHeldOut(id, 0))).toBe(false);
  });

  it('gives every row to one side, in the order of shop_id', () => {
    const input = plantedFeatures(200, 3);
    const ids = shopIdsOf(200);
    const { training, validation } = splitTrainingSet(input, ids, 0.2);
    expect(training.rows + validation.rows).toBe(200);
    const expected = ids.flatMap((id, i) =>
      isHeldOut(id, 0.2) ? Array.from(input.data.subarray(i * 3, i * 3 + 3)) : [],
    );
    expect(Array.from(validation.data)).toEqual(expected);
  });

  it('refuses when nobody is left to train on, with the numbers', () => {
    const held = shopIdsOf(500)
      .filter((id) => isHeldOut(id, 0.5))
      .slice(0, 3);
    expect(() => splitTrainingSet(plantedFeatures(3, 2), held, 0.5)).toThrowError(
      expect.objectContaining({
        code: 'TooFewRetailers',
        message: expect.stringContaining('of 3 retailers 3 are held out'),
      }),
    );
  });
});
