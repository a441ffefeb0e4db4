import { type SegmentComparison } from './comparison-schema.js';
import { jaccardOfCounts, readJaccard } from './jaccard.js';

function countIds(ids: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/**
 * Each segment of either run beside itself. `was` and `is` number the segments of common retailers by their place in
 * `ids` (−1 noise); `members` lists the segment of every retailer of each run.
 */
export function compareSegments(
  ids: readonly string[],
  members: { readonly before: readonly (string | null)[]; readonly now: readonly (string | null)[] },
  was: Int32Array,
  is: Int32Array,
  bootstrapJaccard: ReadonlyMap<string, number> | undefined,
): SegmentComparison[] {
  const before = countIds(members.before);
  const now = countIds(members.now);
  const [commonBefore, commonNow, kept] = [0, 1, 2].map(() => new Float64Array(ids.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  was.forEach((from, i) => {
    const to = is[i]!;
    if (from >= 0) commonBefore[from] = commonBefore[from]! + 1;
    if (to >= 0) commonNow[to] = commonNow[to]! + 1;
    if (from >= 0 && from === to) kept[from] = kept[from]! + 1;
  });
  return ids.map((segmentId, s) => {
    const inBoth = before.has(segmentId) && now.has(segmentId);
    const bootstrap = bootstrapJaccard?.get(segmentId) ?? null;
    return {
      segmentId,
      before: before.get(segmentId) ?? 0,
      now: now.get(segmentId) ?? 0,
      kept: kept[s]!,
      shareKept: commonBefore[s]! === 0 ? null : kept[s]! / commonBefore[s]!,
      jaccard: inBoth ? jaccardOfCounts(commonBefore[s]!, commonNow[s]!, kept[s]!) : null,
      bootstrapJaccard: bootstrap,
      reading: bootstrap === null ? null : readJaccard(bootstrap),
    };
  });
}
