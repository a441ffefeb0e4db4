import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { type Column } from '../../../shared/tabular/column.js';
import { csvText, writeCsv } from '../../../shared/tabular/csv.js';
import { inDuckDb, inFolder } from '../sources/ingesting.js';

const columns: readonly Column[] = [
  { name: 'shop, id', type: 'text', values: ['plain', 'a,b', 'say "hi"', 'two\nlines', null] },
  { name: 'x', type: 'double', values: Float64Array.of(0.1, NaN, 1e21, -0, 1 / 3) },
  { name: 'n', type: 'int', values: Int32Array.of(-1, 0, 1, 2, 3) },
  { name: 'flag', type: 'boolean', values: Uint8Array.of(1, 0, 1, 0, 1) },
];
const text =
  '"shop, id",x,n,flag\nplain,0.1,-1,true\n"a,b",,0,false\n"say ""hi""",1e+21,1,true\n"two\nlines",0,2,false\n,0.3333333333333333,3,true\n';

describe('columns as CSV', () => {
  it('are quoted where they must be, in the fewest digits, missing values empty', async () => {
    expect(csvText(columns)).toBe(text);
    await inFolder(async (folder) => {
      await writeCsv(join(folder, 't.csv'), columns);
      expect(await readFile(join(folder, 't.csv'), 'utf8')).toBe(text);
      expect(await readdir(folder)).toEqual(['t.csv']);
    });
  });

  it('are read back to the last bit by another reader', async () => {
    const values = Float64Array.from({ length: 10_000 }, (_, i) => Math.tan(i) * 10 ** ((i % 40) - 20));
    await inDuckDb(async (db, folder) => {
      const path = join(folder, 't.csv');
      await writeCsv(path, [{ name: 'x', type: 'double', values }]);
      const rows = await db.rows(
        `SELECT x FROM read_csv(${quoteLiteral(path)}, columns = { 'x': 'DOUBLE' })`,
      );
      expect(Float64Array.from(rows, (row) => Number(row['x']))).toEqual(values);
    });
  });
});
