import { bigQueryDialect } from '../../sql/bigquery-dialect.js';
import { wrongColumnType } from '../sales-column-type.js';
import { type ColumnExpression, type SalesColumn } from '../sales-source.js';
import { type BigQueryColumns } from './describe.js';
import { quoteBigQueryName } from './sales-query.js';

/** Text and number of every column. An ID of a floating-point type has no text that all systems agree on. */
export function columnExpressions(
  columns: BigQueryColumns,
  where: string,
): Partial<Record<SalesColumn, ColumnExpression>> {
  const entries = [...columns].map(([column, found]): [SalesColumn, ColumnExpression] => {
    const { name, type } = found;
    const quoted = quoteBigQueryName(name, 'a column');
    if (type === 'STRING') return [column, { text: quoted, number: bigQueryDialect.number(quoted) }];
    const isId = column === 'shop_id' || column === 'product_id';
    if (isId && !/^INT/.test(type)) throw wrongColumnType(column, found, where, 'text or an integer');
    return [column, { text: `CAST(${quoted} AS STRING)`, number: `CAST(${quoted} AS FLOAT64)` }];
  });
  return Object.fromEntries(entries);
}
