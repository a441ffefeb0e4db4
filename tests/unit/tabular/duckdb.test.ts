import { describe, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral } from '../../../shared/duckdb/quote.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { inDuckDb, inFolder } from '../sources/ingesting.js';

describe('DuckDB', () => {
  it('interrupts the statement that runs when the signal is aborted, with its reason', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const endless = inDuckDb(
      async (db) => {
        const running = db.run('SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b');
        setTimeout(() => stop.abort(reason), 50);
        await running;
      },
      { signal: stop.signal },
    );
    await expect(endless).rejects.toBe(reason);
  });

  it('does not begin after an abort', async () => {
    await inFolder(async (scratch) => {
      const reason = new Error('too late');
      const work = withDuckDb(
        { memoryLimit: '100MB', threads: 1, scratch },
        () => Promise.reject(new Error('began')),
        AbortSignal.abort(reason),
      );
      await expect(work).rejects.toBe(reason);
    });
  });

  it('binds values and quotes names, whatever they hold', async () => {
    const nasty = `a"b'c; DROP TABLE t; --\\`;
    await inDuckDb(async (db) => {
      await db.run(
        `CREATE TABLE ${quoteIdentifier(nasty)} AS SELECT $1::VARCHAR AS ${quoteIdentifier(nasty)}`,
        [nasty],
      );
      const rows = await db.rows(
        `SELECT * FROM ${quoteIdentifier(nasty)} WHERE ${quoteIdentifier(nasty)} = ${quoteLiteral(nasty)}`,
      );
      expect(rows).toEqual([{ [nasty]: nasty }]);
    });
    expect(() => quoteLiteral('a\0b')).toThrow('NUL');
  });

  it('has its threads back after work on one thread, even where that fails', async () => {
    await inDuckDb(
      async (db) => {
        const threads = async (): Promise<unknown> =>
          (await db.row("SELECT current_setting('threads') AS n"))['n'];
        await expect(
          db.onOneThread(async () => Promise.reject(new Error(String(await threads())))),
        ).rejects.toThrow('1');
        expect(await threads()).toBe(2n);
      },
      { threads: 2 },
    );
  });
});
