import { join } from 'node:path';
import { type SalesSource } from '../sales-source.js';
import { stageCsv } from '../staged-csv.js';
import { describe } from './describe.js';
import { relationSql, salesSql } from './sales-query.js';
import { withSnowflake } from './session.js';
import { snowflakeError } from './snowflake-error.js';

/**
 * A table, view or query of Snowflake, streamed to disk. Numbers come as text, as the server writes them: JavaScript would
 * round those above 2⁵³. `line` is the number of the row as it came: Snowflake promises no order.
 */
export const snowflakeSource: SalesSource<'snowflake'> = {
  kind: 'snowflake',
  async stage(source, context) {
    const where = `snowflake:${source.table ?? 'query'}`;
    const relation = relationSql(source, context.asOf);
    const binds = source.binds ?? [];
    const csv = join(context.scratch, 'rows.csv');
    try {
      const handed = await withSnowflake(source.statementTimeoutSeconds, context, async (session) => {
        const columns = await describe(session, relation, binds, source, where);
        const { rows, bytes, sha256, queryId } = await session.read(salesSql(relation, columns), binds, csv);
        const version = `query ${queryId}${source.snapshot === undefined ? '' : ` as of ${source.snapshot}`}`;
        const fingerprint = { kind: 'snowflake', sha256, bytes, version } as const;
        return { csv, columns: [...columns.keys()], rows, where, fingerprint };
      });
      return await stageCsv(context.db, context.scratch, handed);
    } catch (error) {
      context.signal.throwIfAborted();
      throw snowflakeError(error, where);
    }
  },
};
