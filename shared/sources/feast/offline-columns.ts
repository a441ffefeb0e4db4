import { featureDefinitions } from '../../features/definitions.js';
import { quoteIdentifier } from '../../duckdb/quote.js';
import { SegmentsError } from '../../errors.js';
import { type Source } from '../../contracts/source.js';

type FeastSource = Extract<Source, { kind: 'feast' }>;

/** What eligibility is judged by, as `eligibility.parquet` has it. */
const months = ['first_month', 'last_month'] as const;
const number = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/;
const whole = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const time = /^(DATE|TIMESTAMP.*)$/;

/** SQL of each column that a row of features must have, over the offline store's own. */
export interface OfflineColumns {
  readonly shopId: string;
  /** Microseconds since 1970. */
  readonly time: string;
  /** The same of the moment in which the row was written; missing where the store does not say. */
  readonly created: string;
  readonly firstMonth: string;
  readonly lastMonth: string;
  readonly activeMonths: string;
  /** As DOUBLE, by name. */
  readonly features: ReadonlyMap<string, string>;
}

/**
 * Finds `shop_id`, times, `first_month, last_month, active_months` and every feature, by their own or their mapped names.
 * @throws SegmentsError MissingColumn, or SourceUnreadable for types alone, with every problem
 */
export function findOfflineColumns(
  found: readonly { readonly name: string; readonly type: string }[],
  source: FeastSource,
): OfflineColumns {
  const problems: string[] = [];
  let missing = false;
  const find = (name: string, own: string, expected: string, fits: RegExp): string => {
    const column = found.find((candidate) => candidate.name === own);
    if (column === undefined) {
      missing = true;
      problems.push(`${name}: found no column ${own}; expected ${expected}`);
    } else if (!fits.test(column.type)) {
      problems.push(`${name}: found column ${own} of type ${column.type}; expected ${expected}`);
    }
    return quoteIdentifier(own);
  };
  const mapped = (name: string): string => source.columns?.[name] ?? name;
  const known = new Set([
    'shop_id',
    'active_months',
    ...months,
    ...featureDefinitions.map(({ name }) => name),
  ]);
  for (const name of Object.keys(source.columns ?? {})) {
    if (!known.has(name)) problems.push(`columns.${name}: found a name of nothing that is read here`);
  }
  const { timestampField, createdTimestampColumn: created } = source;
  const month = (name: string): string => find(name, mapped(name), 'text YYYY-MM', /^VARCHAR$/);
  const columns: OfflineColumns = {
    shopId: `${find('shop_id', mapped('shop_id'), 'text or a whole number', new RegExp(`^VARCHAR$|${whole.source}`))}::VARCHAR`,
    time: `epoch_us(${find('timestampField', timestampField, 'a time', time)})`,
    created:
      created === undefined
        ? 'NULL::BIGINT'
        : `epoch_us(${find('createdTimestampColumn', created, 'a time', time)})`,
    firstMonth: month('first_month'),
    lastMonth: month('last_month'),
    activeMonths: find('active_months', mapped('active_months'), 'a whole number', whole),
    features: new Map(
      featureDefinitions.map(({ name }) => [name, `${find(name, mapped(name), 'a number', number)}::DOUBLE`]),
    ),
  };
  if (problems.length === 0) return columns;
  throw new SegmentsError(missing ? 'MissingColumn' : 'SourceUnreadable', problems.join('; '), {
    where: source.path,
    remedy:
      'Add what is missing to the feature view, or map it: "columns": { "log_volume": "your name", … }; docs/features.md says what each means.',
    problems,
  });
}
