import { z } from 'zod';

/** Share of a segment's retailers found together again for it to survive, or to be taken over (MONIC's τ). */
export const survivalOverlap = 0.5;
/** Share of a segment's retailers that makes a part of a split. */
export const splitOverlap = 0.25;

export const transitionSchema = z.strictObject({
  kind: z.enum(['survives', 'splits', 'merges', 'emerges', 'disappears']),
  /** Previous segments: one, several where they merge, none where one emerges. */
  from: z.array(z.string()),
  /** Current segments: one, several where one splits, none where it disappears. */
  to: z.array(z.string()),
  /** Retailers that went along. */
  retailers: z.int().nonnegative(),
});

export type SegmentTransition = z.infer<typeof transitionSchema>;

/**
 * Transitions of segments in the sense of MONIC (Spiliopoulou et al. 2006), by overlap as a share of the previous
 * segment. `flows[r][c]` are retailers of previous segment r that are in current segment c; `sizes[r]` are those of
 * r that are in both runs. Order: by previous segment, then what emerges.
 */
export function monicTransitions(
  from: readonly string[],
  to: readonly string[],
  flows: readonly (readonly number[])[],
  sizes: readonly number[],
): SegmentTransition[] {
  const heirs = from.map((_, r) =>
    to.map((_id, c) => c).filter((c) => flows[r]![c]! >= survivalOverlap * sizes[r]!),
  );
  // Exactly half to each of two: the larger index gives way, so that a segment has one heir at most.
  const heir = heirs.map((found, r) => (sizes[r]! > 0 ? found[0] : undefined));
  const transitions: SegmentTransition[] = [];
  const reached = new Set<number>();
  from.forEach((id, r) => {
    const target = heir[r];
    if (target !== undefined) {
      reached.add(target);
      const together = from.map((_, s) => s).filter((s) => heir[s] === target);
      if (together[0] !== r) return;
      transitions.push({
        kind: together.length > 1 ? 'merges' : 'survives',
        from: together.map((s) => from[s]!),
        to: [to[target]!],
        retailers: together.reduce((sum, s) => sum + flows[s]![target]!, 0),
      });
      return;
    }
    const parts = to
      .map((_, c) => c)
      .filter((c) => sizes[r]! > 0 && flows[r]![c]! >= splitOverlap * sizes[r]!);
    const moved = parts.reduce((sum, c) => sum + flows[r]![c]!, 0);
    if (parts.length > 1 && moved >= survivalOverlap * sizes[r]!) {
      parts.forEach((c) => reached.add(c));
      transitions.push({ kind: 'splits', from: [id], to: parts.map((c) => to[c]!), retailers: moved });
    } else {
      transitions.push({ kind: 'disappears', from: [id], to: [], retailers: 0 });
    }
  });
  to.forEach((id, c) => {
    if (!reached.has(c)) transitions.push({ kind: 'emerges', from: [], to: [id], retailers: 0 });
  });
  return transitions;
}
