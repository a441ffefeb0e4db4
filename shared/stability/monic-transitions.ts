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
 * segment: a majority that stays together survives, majorities that meet merge. A segment splits where at least two
 * parts of it are substantial and no other segment lives on in them, also where one part is the majority; what moves
 * into another living segment is migration, not a split. `flows[r][c]` are retailers of previous segment r that are
 * in current segment c; `sizes[r]` are those of r that are in both runs. Order: by previous segment, then what emerges.
 */
export function monicTransitions(
  from: readonly string[],
  to: readonly string[],
  flows: readonly (readonly number[])[],
  sizes: readonly number[],
): SegmentTransition[] {
  const targets = to.map((_, c) => c);
  const previous = from.map((_, r) => r);
  const reaches = (r: number, c: number, share: number): boolean =>
    flows[r]![c]! > 0 && flows[r]![c]! >= share * sizes[r]!;
  // Of two exact halves the first is the heir.
  const heir = previous.map((r) => targets.find((c) => reaches(r, c, survivalOverlap)));
  const heirsOf = (c: number): number[] => previous.filter((r) => heir[r] === c);
  const sumOf = (r: number, parts: readonly number[]): number =>
    parts.reduce((sum, c) => sum + flows[r]![c]!, 0);

  const reached = new Set<number>();
  const transitions: SegmentTransition[] = [];
  const add = (kind: SegmentTransition['kind'], sources: number[], parts: number[]): void => {
    parts.forEach((c) => reached.add(c));
    const retailers = sources.reduce((sum, r) => sum + sumOf(r, parts), 0);
    transitions.push({ kind, from: sources.map((r) => from[r]!), to: parts.map((c) => to[c]!), retailers });
  };
  for (const r of previous) {
    const parts = targets.filter(
      (c) => reaches(r, c, splitOverlap) && heirsOf(c).every((other) => other === r),
    );
    if (parts.length > 1 && sumOf(r, parts) >= survivalOverlap * sizes[r]!) add('splits', [r], parts);
    else if (heir[r] === undefined) add('disappears', [r], []);
    else {
      const together = heirsOf(heir[r]);
      if (together[0] === r) add(together.length > 1 ? 'merges' : 'survives', together, [heir[r]]);
    }
  }
  for (const c of targets) if (!reached.has(c)) add('emerges', [], [c]);
  return transitions;
}
