import { describe, expect, test } from 'vitest';
import { inWords, secondsLeft } from '../../../cli/time-left.js';

describe('how long a phase still takes', () => {
  const first = { done: 10, at: 1000 };

  test('goes by the pace since it was first seen', () => {
    expect(secondsLeft(first, { phase: 'epoch', done: 30, total: 90 }, 5000)).toBe(12);
    expect(secondsLeft(first, { phase: 'epoch', done: 90, total: 90 }, 5000)).toBe(0);
  });

  test('is not told where the end is unknown, nothing moved, or too little was seen', () => {
    expect(secondsLeft(first, { phase: 'rows', done: 30 }, 5000)).toBeUndefined();
    expect(secondsLeft(first, { phase: 'epoch', done: 10, total: 90 }, 5000)).toBeUndefined();
    expect(secondsLeft(first, { phase: 'epoch', done: 30, total: 90 }, 1500)).toBeUndefined();
  });

  test('is said in seconds, and from a minute and a half on in minutes', () => {
    expect([0, 11.2, 89, 90, 200].map(inWords)).toEqual([
      '0 s left',
      '12 s left',
      '89 s left',
      '2 min left',
      '3 min left',
    ]);
  });
});
