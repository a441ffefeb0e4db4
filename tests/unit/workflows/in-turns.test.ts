import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inTurns } from '../../../workflows/in-turns.js';

test('never more than so many at once, every item once, results in the items’ order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 8 }),
      async (turns, atOnce) => {
        let running = 0;
        let most = 0;
        const results = await inTurns(turns, atOnce, async (steps, index) => {
          most = Math.max(most, ++running);
          for (let step = 0; step <= steps; step++) await Promise.resolve();
          running--;
          return index;
        });
        expect(results).toEqual(turns.map((_, index) => index));
        expect(most).toBe(Math.min(atOnce, turns.length));
      },
    ),
  );
});

test('after the first failure no further item is begun', async () => {
  const begun: number[] = [];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    await Promise.resolve();
    if (item === 1) throw new Error('no');
  };
  await expect(inTurns([0, 1, 2, 3, 4, 5], 2, work)).rejects.toThrow('no');
  expect(begun).not.toContain(5);
});
