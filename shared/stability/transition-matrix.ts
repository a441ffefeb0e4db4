import { z } from 'zod';

/** Where retailers without a segment are counted. */
export const outside = { noise: 'noise', absent: 'absent' } as const;

export const transitionRowSchema = z.strictObject({
  /** Segment in the previous run, `noise`, or `absent` for retailers that it did not have. */
  from: z.string(),
  /** Segment in this run, `noise`, or `absent`. */
  to: z.string(),
  retailers: z.int().positive(),
  /** Of all retailers of `from`. */
  shareOfFrom: z.number().min(0).max(1),
  /** Of all retailers of `to`. */
  shareOfTo: z.number().min(0).max(1),
});

export type TransitionRow = z.infer<typeof transitionRowSchema>;

/** Columns of `transitions.csv`, in order. */
export const transitionColumns = [
  'from_segment',
  'to_segment',
  'retailers',
  'share_of_from',
  'share_of_to',
] as const;

/** Segments first, in order of their IDs, then noise, then absent. */
export function compareStates(a: string, b: string): number {
  const rank = (state: string): number => (state === outside.noise ? 1 : state === outside.absent ? 2 : 0);
  return rank(a) - rank(b) || a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Every flow of retailers that occurs, from pairs of states; ordered by `from`, then `to`. */
export function transitionRows(from: readonly string[], to: readonly string[]): TransitionRow[] {
  const flows = new Map<string, Map<string, number>>();
  const fromTotals = new Map<string, number>();
  const toTotals = new Map<string, number>();
  for (let i = 0; i < from.length; i++) {
    const [a, b] = [from[i]!, to[i]!];
    const row = flows.get(a) ?? new Map<string, number>();
    flows.set(a, row.set(b, (row.get(b) ?? 0) + 1));
    fromTotals.set(a, (fromTotals.get(a) ?? 0) + 1);
    toTotals.set(b, (toTotals.get(b) ?? 0) + 1);
  }
  return [...flows.keys()].sort(compareStates).flatMap((a) => {
    const row = flows.get(a)!;
    return [...row.keys()].sort(compareStates).map((b) => ({
      from: a,
      to: b,
      retailers: row.get(b)!,
      shareOfFrom: row.get(b)! / fromTotals.get(a)!,
      shareOfTo: row.get(b)! / toTotals.get(b)!,
    }));
  });
}
