import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planPruning, type StoredRunFacts } from '../../../shared/artifacts/plan-pruning.js';

function run(runId: string, asOf: string, more: Partial<StoredRunFacts> = {}): StoredRunFacts {
  const verdict = more.verdict ?? 'published';
  return { runId, asOf, verdict, published: verdict !== 'held', finishedAt: 1, comparedWith: null, ...more };
}

const ids = (runs: readonly { runId: string }[]): string[] => runs.map(({ runId }) => runId);

describe('which runs stay', () => {
  const chain = ['2023-01', '2023-02', '2023-03', '2023-04', '2023-05', '2023-06'].map((asOf, i, all) =>
    run(asOf, asOf, { comparedWith: all[i - 1] ?? null, verdict: i === 0 ? 'first' : 'published' }),
  );

  test('those of the newest months, and the one that the oldest of them was compared with', () => {
    const { keep, remove } = planPruning(chain, '2023-06', 2);
    expect(ids(keep.map((each) => each.run))).toEqual(['2023-04', '2023-05', '2023-06']);
    expect(keep[0]!.why).toBe('2023-05 was compared with it');
    expect(ids(remove)).toEqual(['2023-01', '2023-02', '2023-03']);
  });

  test('the champion however old it is, with the run that it was compared with', () => {
    const { keep } = planPruning(chain, '2023-03', 1);
    expect(ids(keep.map((each) => each.run))).toEqual(['2023-02', '2023-03', '2023-05', '2023-06']);
  });

  test('a held run for as long as nobody decided: until its month is published after it', () => {
    const held = run('held', '2023-02', { verdict: 'held', comparedWith: '2023-01', finishedAt: 5 });
    expect(ids(planPruning([...chain, held], '2023-06', 1).keep.map((each) => each.run))).toContain('held');
    const decided = run('again', '2023-02', { finishedAt: 9 });
    expect(ids(planPruning([...chain, held, decided], '2023-06', 1).remove)).toContain('held');
    const decision = { outcome: 'rejected', by: 'Ana', decidedAt: 6 } as const;
    expect(ids(planPruning([...chain, { ...held, decision }], '2023-06', 1).remove)).toContain('held');
    const approved = { ...held, published: true };
    expect(ids(planPruning([...chain, approved], '2023-06', 1).remove)).toContain('held');
  });

  test('whatever the runs: champion, newest months, waiting runs and what they were compared with are never removed', () => {
    const anyRun = fc.record({
      month: fc.integer({ min: 1, max: 9 }),
      held: fc.boolean(),
      finishedAt: fc.nat(20),
      compared: fc.nat(30),
    });
    fc.assert(
      fc.property(
        fc.array(anyRun, { maxLength: 30 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 5 }),
        (drawn, pick, months) => {
          const runs = drawn.map(({ month, held, finishedAt, compared }, i) =>
            run(`r${i}`, `2023-0${month}`, {
              verdict: held ? 'held' : 'published',
              finishedAt,
              comparedWith: compared < i ? `r${compared}` : null,
            }),
          );
          const champion = runs[pick]?.runId;
          const { keep, remove } = planPruning(runs, champion, months);
          expect([...ids(keep.map((each) => each.run)), ...ids(remove)].sort()).toEqual(
            [...ids(runs)].sort(),
          );
          const gone = new Set(ids(remove));
          expect(gone.has(champion ?? 'none')).toBe(false);
          const newest = [...new Set(runs.map(({ asOf }) => asOf))].sort().slice(-months);
          for (const { asOf, runId } of runs) if (newest.includes(asOf)) expect(gone.has(runId)).toBe(false);
          for (const { run: kept, why } of keep)
            if (kept.comparedWith !== null && !why.includes('compared'))
              expect(gone.has(kept.comparedWith)).toBe(false);
        },
      ),
    );
  });
});
