import { assignMaximum } from '../identity/hungarian.js';
import { contingency } from './contingency.js';

/**
 * Share of the items clustered in the first labelling that are in the matched cluster of the second, clusters being
 * matched one to one so that most stay. −1 is noise: never matched, and lost where something ends there.
 * null where the first labelling clusters nothing.
 */
export function matchedShareKept(first: Int32Array, second: Int32Array): number | null {
  const clustered = first.reduce((sum, label) => sum + (label >= 0 ? 1 : 0), 0);
  if (clustered === 0) return null;
  const both = (_: number, i: number): boolean => first[i]! >= 0 && second[i]! >= 0;
  const table = contingency(first.filter(both), second.filter(both));
  const columns = table.columnLabels.length;
  const matched = assignMaximum({ data: table.counts, rows: table.rowLabels.length, columns });
  let kept = 0;
  matched.forEach((column, r) => {
    if (column >= 0) kept += table.counts[r * columns + column]!;
  });
  return kept / clustered;
}
