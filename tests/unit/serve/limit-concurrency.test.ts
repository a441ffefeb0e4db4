import { expect, test } from 'vitest';
import { limitConcurrency } from '../../../cli/serve/limit-concurrency.js';

test('runs so many at once, lets so many wait, refuses the others at once, and frees every place also after failures', async () => {
  const inTurn = limitConcurrency(2, 3);
  let running = 0;
  let most = 0;
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const work = async (fails: boolean): Promise<string> => {
    most = Math.max(most, ++running);
    await gate;
    running--;
    if (fails) throw new Error('no');
    return 'done';
  };
  const accepted = [true, false, true, false, false].map((fails) => inTurn(() => work(fails)));
  await expect(inTurn(() => work(false))).rejects.toMatchObject({ status: 503, retryAfterSeconds: 2 });
  release();
  const ends = await Promise.allSettled(accepted);
  expect(ends.map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(most).toBe(2);
  expect(await Promise.all([1, 2].map(() => inTurn(async () => 'free')))).toEqual(['free', 'free']);
});
