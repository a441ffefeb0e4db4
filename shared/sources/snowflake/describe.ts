import { type Bind } from 'snowflake-sdk';
import { type Source } from '../../contracts/source.js';
import { resolveColumns } from '../resolve-columns.js';
import { wrongColumnType } from '../sales-column-type.js';
import { type SalesColumn, salesColumns } from '../sales-source.js';
import { type SnowflakeSession } from './session.js';

export type SnowflakeColumns = Map<SalesColumn, { readonly name: string; readonly type: string }>;

/**
 * The columns of a relation that sales are taken from, with Snowflake's words for their types: `fixed`, `real`, `text`.
 * @throws SegmentsError MissingColumn, SourceUnreadable
 */
export async function describe(
  session: SnowflakeSession,
  relation: string,
  binds: Bind[],
  { columns: mapping }: Pick<Source, 'columns'>,
  where: string,
): Promise<SnowflakeColumns> {
  const found = await session.describe(`SELECT * FROM ${relation} AS source LIMIT 0`, binds);
  const indices = resolveColumns(
    found.map(({ name }) => name),
    mapping,
    where,
  );
  const columns: SnowflakeColumns = new Map();
  for (const column of salesColumns) {
    const index = indices[column];
    if (index === undefined) continue;
    const { name, type } = found[index]!;
    if (!/^(fixed|real|text)$/i.test(type))
      throw wrongColumnType(column, { name, type: type.toUpperCase() }, where);
    columns.set(column, { name, type: type.toLowerCase() });
  }
  return columns;
}
