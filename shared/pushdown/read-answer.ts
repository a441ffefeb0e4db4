import { rm } from 'node:fs/promises';
import { type DuckDb } from '../duckdb/duckdb.js';
import { quoteLiteral } from '../duckdb/quote.js';
import { SegmentsError } from '../errors.js';
import { type RowCounts } from '../sources/judge-rows.js';
import { answerColumns, type AnswerColumn } from './answer.js';

const types: Record<AnswerColumn['type'], string> = { text: 'VARCHAR', integer: 'BIGINT', double: 'DOUBLE' };

export interface CountedRows {
  readonly counts: RowCounts;
  /** First and last month of the rows that are not refused; NaN without any. */
  readonly firstPeriod: number;
  readonly lastPeriod: number;
  /** Sales, a retailer and product each, by month up to the as-of month. */
  readonly salesOfPeriod: ReadonlyMap<number, number>;
}

/**
 * Takes a warehouse's answer into the table `answer`, and counts what it counted. The file is gone afterwards.
 * @throws SegmentsError SourceUnavailable where not all of it came
 */
export async function readAnswer(
  db: DuckDb,
  csv: string,
  rows: number,
  windowMonths: number,
  lastPeriod: number,
  where: string,
): Promise<CountedRows> {
  const columns = answerColumns(windowMonths).map(({ name, type }) => `'${name}': '${types[type]}'`);
  await db.run(`CREATE OR REPLACE TABLE answer AS FROM read_csv(${quoteLiteral(csv)}, auto_detect = false, header = false,
    delim = ',', quote = '"', escape = '"', new_line = '\\n', columns = { ${columns.join(', ')} })`);
  await rm(csv);
  const found = Number((await db.row('SELECT count(*) AS found FROM answer'))['found']);
  if (found !== rows) {
    throw new SegmentsError('SourceUnavailable', `${where}: ${rows} rows were sent, ${found} came`, {
      where,
      remedy: 'It is retried; report it if it stays so.',
    });
  }
  const judged = (
    await db.rows(`SELECT name, first_period AS period, amount FROM answer WHERE kind = 'rows'`)
  ).map((row) => ({
    reason: row['name'] as string | null,
    period: row['period'] === null ? undefined : Number(row['period']),
    rows: Number(row['amount']),
  }));
  const sum = (holds: (group: (typeof judged)[number]) => boolean): number =>
    judged.filter(holds).reduce((total, group) => total + group.rows, 0);
  const isLater = ({ period }: (typeof judged)[number]): boolean =>
    period !== undefined && period > lastPeriod;
  const periods = judged.flatMap(({ reason, period }) => (reason === null ? [period!] : []));
  const reasons = [...new Set(judged.flatMap((group) => group.reason ?? []))]
    .map((reason) => [reason, sum((group) => group.reason === reason && !isLater(group))] as const)
    .filter(([, count]) => count > 0)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const sales = await db.rows(`SELECT first_period AS period, amount FROM answer WHERE kind = 'sales'`);
  return {
    counts: {
      read: sum(() => true),
      used: sum((group) => group.reason === null && !isLater(group)),
      rejected: reasons.reduce((total, [, count]) => total + count, 0),
      rejectedByReason: Object.fromEntries(reasons),
      afterAsOf: sum(isLater),
      otherRetailers: 0,
      asOfMonthRows: sum(({ reason, period }) => reason === null && period === lastPeriod),
    },
    firstPeriod: periods.length === 0 ? NaN : Math.min(...periods),
    lastPeriod: periods.length === 0 ? NaN : Math.max(...periods),
    salesOfPeriod: new Map(sales.map((row) => [Number(row['period']), Number(row['amount'])])),
  };
}
