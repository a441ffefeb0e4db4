import { monthIndex } from '../../contracts/as-of-month.js';
import { quoteIdentifier } from '../../duckdb/quote.js';
import { retailersSql } from '../../pushdown/retailers-sql.js';
import { type Warehouse } from '../../pushdown/warehouse.js';
import { snowflakeDialect } from '../../sql/snowflake-dialect.js';
import { wrongColumnType } from '../sales-column-type.js';
import { type ColumnExpression, type SalesColumn } from '../sales-source.js';
import { describe, type SnowflakeColumns } from './describe.js';
import { relationSql } from './sales-query.js';
import { withSnowflake } from './session.js';
import { snowflakeError } from './snowflake-error.js';

/**
 * Snowflake computing eligibility and features itself, in one statement, which reads one state of the data. An attempt that follows
 * one that broke reads what is there then, unless the source says as of when: not every table has a history.
 */
export const snowflakeWarehouse: Warehouse<'snowflake'> = {
  async ask(source, { asOf, windowMonths, retailers }, context) {
    const where = `snowflake:${source.table ?? 'query'}`;
    const relation = relationSql(source, asOf);
    const binds = source.binds ?? [];
    try {
      return await withSnowflake(source.statementTimeoutSeconds, context, async (session) => {
        const columns = await describe(session, relation, binds, source, where);
        const sql = retailersSql(
          {
            relation,
            columns: expressions(columns, where),
            ...(retailers === undefined
              ? {}
              : { askedFor: (shopId: string) => `${shopId} IN (${retailers.map(() => '?').join(', ')})` }),
            lastPeriod: monthIndex(asOf),
            windowMonths,
          },
          snowflakeDialect,
        );
        const { rows, bytes, queryId } = await session.read(
          sql,
          [...binds, ...(retailers ?? [])],
          context.path,
        );
        const time = source.snapshot === undefined ? '' : `, as of ${source.snapshot}`;
        return { rows, bytes, version: `query ${queryId}${time}` };
      });
    } catch (error) {
      context.signal.throwIfAborted();
      throw snowflakeError(error, where);
    }
  },
};

/** Text and number of every column. An ID of a floating-point type has no text that all systems agree on. */
function expressions(
  columns: SnowflakeColumns,
  where: string,
): Partial<Record<SalesColumn, ColumnExpression>> {
  const entries = [...columns].map(([column, found]): [SalesColumn, ColumnExpression] => {
    const quoted = quoteIdentifier(found.name);
    if (found.type === 'text') return [column, { text: quoted, number: snowflakeDialect.number(quoted) }];
    const isId = column === 'shop_id' || column === 'product_id';
    if (isId && found.type === 'real') throw wrongColumnType(column, found, where, 'text or an integer');
    return [column, { text: `CAST(${quoted} AS VARCHAR)`, number: `CAST(${quoted} AS DOUBLE)` }];
  });
  return Object.fromEntries(entries);
}
