import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PublishedRun, takesOver } from '../../../shared/artifacts/champion-order.js';
import { sinkSchema } from '../../../shared/contracts/sink.js';

describe('who is current in a sink', () => {
  const pointer: fc.Arbitrary<PublishedRun> = fc.record({
    runId: fc.constantFrom('a', 'b', 'c', 'd'),
    asOf: fc.constantFrom('2023-11', '2023-12'),
    finishedAt: fc.nat(2),
  });

  test('is the same run in whatever order deliveries arrive', () => {
    const distinct = fc.uniqueArray(pointer, { selector: ({ runId }) => runId, maxLength: 4 });
    fc.assert(
      fc.property(
        distinct.chain((runs) =>
          fc.tuple(fc.constant(runs), fc.shuffledSubarray(runs, { minLength: runs.length })),
        ),
        ([runs, order]) => {
          const last = (deliveries: readonly PublishedRun[]): PublishedRun | undefined =>
            deliveries.reduce<PublishedRun | undefined>(
              (now, next) => (takesOver(next, now) ? next : now),
              undefined,
            );
          expect(last(order)).toEqual(last(runs));
        },
      ),
    );
  });
});

describe('the description of a sink', () => {
  test.each([
    { kind: 'postgres', schema: 'x; DROP TABLE y' },
    { kind: 'postgres', prefix: 'a"b' },
    { kind: 'webhook', url: 'https://user:secret@host/hook' },
    { kind: 'webhook', url: 'ftp://host' },
    { kind: 'file', folder: '/relative/or/bare' },
    { kind: 'feast', url: 'not an address' },
    { kind: 'bigquery', dataset: 'a.b`' },
    { kind: 'nowhere' },
  ])('%o is refused at the door', (sink) => {
    expect(sinkSchema.safeParse(sink).success).toBe(false);
  });
});
