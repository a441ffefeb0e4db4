import { type Source } from '../contracts/source.js';
import { type WarehouseAnswer, type WarehouseContext, type WarehouseQuestion } from './warehouse.js';

/** A source that computes eligibility and features itself. */
export type PushedDownSource = Extract<Source, { kind: 'bigquery' | 'snowflake' }>;

export function isPushedDown(source: Source): source is PushedDownSource {
  return 'pushdown' in source && source.pushdown === true;
}

/** Asks the warehouse of a source. Clients are loaded when one is asked for. */
export async function askWarehouse(
  source: PushedDownSource,
  question: WarehouseQuestion,
  context: WarehouseContext,
): Promise<WarehouseAnswer> {
  if (source.kind === 'bigquery') {
    const { bigQueryWarehouse } = await import('../sources/bigquery/warehouse.js');
    return await bigQueryWarehouse.ask(source, question, context);
  }
  const { snowflakeWarehouse } = await import('../sources/snowflake/warehouse.js');
  return await snowflakeWarehouse.ask(source, question, context);
}
