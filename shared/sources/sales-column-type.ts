import { SegmentsError } from '../errors.js';
import { type SalesColumn } from './sales-source.js';

/**
 * Refuses a column whose type can hold neither text nor a number: a date in place of a year is a change of the
 * source that no row can tell as plainly. @throws SourceUnreadable
 */
export function wrongColumnType(
  column: SalesColumn,
  found: { readonly name: string; readonly type: string },
  where: string,
  expected = 'text or a number',
): SegmentsError {
  return new SegmentsError(
    'SourceUnreadable',
    `column ${found.name} is of type ${found.type}; expected ${expected} for ${column}`,
    { where, remedy: 'Convert the column, or map another one to this name.' },
  );
}
