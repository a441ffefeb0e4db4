import { describe, expect, it } from 'vitest';
import { parseTableName } from '../../../shared/sources/table-name.js';
import { SegmentsError } from '../../../shared/errors.js';

const lower = (part: string): string => part.toLowerCase();

describe('parseTableName', () => {
  it.each([
    ['sales', ['sales']],
    ['Public.Sales_2023', ['public', 'sales_2023']],
    ['"We.ird"."t ""x"""', ['We.ird', 't "x"']],
    ['mart."Łódź"', ['mart', 'Łódź']],
  ])('%s: bare parts are folded, quoted ones are not', (text, parts) => {
    expect(parseTableName(text, lower, 2)).toEqual(parts);
  });

  it.each(['', '.', 'a.', 'a.b.c', 'sales; drop table x', '"open', 'a b', '""', 'sales) t --'])(
    'refuses %j, which is no name',
    (text) => {
      expect(() => parseTableName(text, lower, 2)).toThrow(SegmentsError);
    },
  );
});
