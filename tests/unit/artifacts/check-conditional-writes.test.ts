import { describe, expect, test } from 'vitest';
import { checkConditionalWrites } from '../../../shared/artifacts/check-conditional-writes.js';
import { memoryStore } from './memory-store.js';

describe('checkConditionalWrites', () => {
  test('is content with a store that keeps them, and leaves nothing', async () => {
    const { store, objects } = memoryStore();
    await checkConditionalWrites(store);
    expect(objects.size).toBe(0);
  });

  test.each([
    [{ ifNoneMatch: true }, 'If-None-Match is ignored'],
    [{ ifMatch: true }, 'If-Match is ignored'],
    [{ ifMatch: true, ifNoneMatch: true }, 'two publishers could both win'],
  ])('a server that ignores %o is told so in clear words', async (ignoring, words) => {
    const { store, objects } = memoryStore(ignoring);
    await expect(checkConditionalWrites(store)).rejects.toMatchObject({
      code: 'StoreRefused',
      message: expect.stringContaining(words) as string,
      remedy: expect.stringContaining('Use a store that honours') as string,
    });
    expect(objects.size).toBe(0);
  });
});
