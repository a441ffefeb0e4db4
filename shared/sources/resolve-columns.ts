import { type ColumnMapping } from '../contracts/source.js';
import { SegmentsError } from '../errors.js';
import { editDistance } from './edit-distance.js';
import { requiredColumns, type SalesColumn, salesColumns } from './sales-source.js';

/**
 * Finds each sales column among the source's columns: by the mapped name where there is one, else by its own, in any
 * case and with blanks around it. Returns indices into `found`. A column that is `given` elsewhere may be missing.
 * Throws MissingColumn that lists every problem.
 */
export function resolveColumns(
  found: readonly string[],
  mapping: ColumnMapping | undefined,
  where: string,
  given: Readonly<Partial<Record<SalesColumn, string>>> = {},
): Partial<Record<SalesColumn, number>> {
  const indices: Partial<Record<SalesColumn, number>> = {};
  const problems: string[] = [];
  for (const column of salesColumns) {
    const mapped = mapping?.[column];
    const name = mapped ?? column;
    const matches = matching(found, name);
    if (matches.length === 1) indices[column] = matches[0]!;
    else if (matches.length > 1) {
      problems.push(`${column}: found ${matches.length} columns named ${name}; expected one`);
    } else if (given[column] !== undefined) continue;
    else if (mapped !== undefined || requiredColumns.some((required) => required === column)) {
      problems.push(`${column}: found no column ${name}${suggestion(found, name)}`);
    }
  }
  if (problems.length === 0) return indices;
  const message = `${problems.join('; ')}. The source has: ${found.join(', ') || 'no columns'}`;
  throw new SegmentsError('MissingColumn', message, {
    where,
    remedy: 'Rename the column, or map it: "columns": { "shop_id": "your name", … }.',
    problems,
  });
}

/** Exact name first: a source may hold both `Month` and `month`. */
function matching(found: readonly string[], name: string): number[] {
  const indices = [...found.keys()];
  const exact = indices.filter((index) => found[index] === name);
  const folded = fold(name);
  return exact.length === 1 ? exact : indices.filter((index) => fold(found[index]!) === folded);
}

function fold(name: string): string {
  return name.trim().toLowerCase();
}

function suggestion(found: readonly string[], name: string): string {
  const plain = (text: string): string => fold(text).replace(/[^\p{L}\p{N}]/gu, '');
  const ranked = found
    .map((candidate) => ({ candidate, distance: editDistance(plain(candidate), plain(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(2, name.length / 3)
    ? `; did you mean ${best.candidate.trim()}?`
    : '';
}
