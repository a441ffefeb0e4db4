import { SegmentsError } from '../../errors.js';

interface SnowflakeFailure extends Error {
  /** Number of Snowflake's own error, or of the driver's (401001 and above). */
  readonly code?: string | number;
  readonly sqlState?: string;
  readonly response?: { readonly status?: number };
}

type Verdict = readonly [
  kind: 'CredentialsRefused' | 'SourceNotFound' | 'SourceRefused' | 'SourceUnavailable' | 'SourceUnreadable',
  remedy: string,
];

const credentials: Verdict = [
  'CredentialsRefused',
  'Correct SNOWFLAKE_USER and its key (SNOWFLAKE_PRIVATE_KEY_PATH) or SNOWFLAKE_PASSWORD, and grant SNOWFLAKE_ROLE what it reads.',
];
const notFound: Verdict = [
  'SourceNotFound',
  'Correct the name, SNOWFLAKE_DATABASE and SNOWFLAKE_SCHEMA, or grant SELECT to SNOWFLAKE_ROLE: Snowflake does not tell these apart.',
];
const query: Verdict = ['SourceRefused', 'Correct source.query: one SELECT.'];
const unavailable: Verdict = ['SourceUnavailable', 'Snowflake is busy or out of reach; it is retried.'];

/** By Snowflake's error number without leading zeros, the more exact first. */
const numbers: readonly (readonly [RegExp, Verdict])[] = [
  [/^(3901\d\d|250001|3001)$/, credentials],
  [/^(2003|2043)$/, notFound],
  [/^606$/, ['SourceRefused', 'Name a running warehouse: SNOWFLAKE_WAREHOUSE.']],
  [
    /^(604|630)$/,
    ['SourceUnavailable', 'Raise statementTimeoutSeconds, or make the query cheaper; it is retried.'],
  ],
  [
    /^(100038|100071|100035)$/,
    ['SourceUnreadable', 'A value cannot be converted as the query asks; correct it or cast it.'],
  ],
  [/^(1003|904|2\d{3}|1\d{3})$/, query],
];

/** What the driver threw, as one of this product's errors. Aborts and defects stay what they are. */
export function snowflakeError(error: unknown, where: string): unknown {
  if (error instanceof SegmentsError || !(error instanceof Error)) return error;
  const failure: SnowflakeFailure = error;
  const verdict = judge(failure);
  if (verdict === undefined) return error;
  const [kind, remedy] = verdict;
  const number = failure.code === undefined ? '' : ` [${failure.code}]`;
  return new SegmentsError(kind, `${where}: ${failure.message.replace(/\s+/g, ' ').slice(0, 500)}${number}`, {
    where,
    remedy,
    cause: error,
  });
}

function judge({ code, sqlState, message, name, response }: SnowflakeFailure): Verdict | undefined {
  const number = String(code ?? '').replace(/^0+/, '');
  // 390112 to 390115: the session has expired, which is not the user's doing.
  if (/^39011[1-5]$/.test(number)) return unavailable;
  const known = numbers.find(([pattern]) => pattern.test(number))?.[1];
  if (known !== undefined) return known;
  if (sqlState === '28000') return credentials;
  if (sqlState === '42S02' || sqlState === '02000') return notFound;
  if (sqlState?.startsWith('42') === true) return query;
  const status = response?.status ?? 0;
  if (status === 401 || status === 403) return credentials;
  if (status === 404) return notFound;
  if (/^4010\d\d$/.test(number) || /Network|RequestFailed|LargeResultSet/.test(name)) return unavailable;
  return /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|socket hang up|network|timeout|status code (429|5\d\d)/i.test(
    `${number} ${message}`,
  )
    ? unavailable
    : undefined;
}
