import { SegmentsError } from '../../errors.js';

interface PostgresFailure extends Error {
  /** SQLSTATE of the server, or Node's name for a failure of the connection. */
  readonly code?: string;
  readonly hint?: string;
}

type Kind =
  'CredentialsRefused' | 'SourceNotFound' | 'SourceRefused' | 'SourceUnreadable' | 'SourceUnavailable';

/** By SQLSTATE or its class (first two characters), the more exact first. */
const kinds: readonly (readonly [state: RegExp, kind: Kind, remedy: string])[] = [
  [
    /^28/,
    'CredentialsRefused',
    'Correct user and password: SEGMENTS_POSTGRES_URL, or PGUSER and PGPASSWORD.',
  ],
  [/^42501$/, 'CredentialsRefused', 'GRANT SELECT on the table, and USAGE on its schema, to this user.'],
  [
    /^(3D000|3F000|42P01)$/,
    'SourceNotFound',
    'Correct the name of the database (PGDATABASE) or of the table.',
  ],
  [
    /^57014$/,
    'SourceUnavailable',
    'Raise statementTimeoutSeconds, or make the query cheaper; it is retried.',
  ],
  [
    /^22/,
    'SourceUnreadable',
    'The server cannot convert a value that the query reads; correct it or cast it.',
  ],
  [/^(42|0A|2F|25)/, 'SourceRefused', 'Correct source.query: one SELECT, which only reads.'],
  [
    /^(08|40|53|57|58|55|XX)/,
    'SourceUnavailable',
    'The server is busy, restarting or short of resources; it is retried.',
  ],
];

const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ALTNAME|SSL connections/i;

/** What pg threw, as one of this product's errors. Aborts and defects stay what they are. */
export function postgresError(error: unknown, where: string): unknown {
  if (error instanceof SegmentsError || !(error instanceof Error)) return error;
  const { code = '', message, hint }: PostgresFailure = error;
  const as = (kind: Kind, remedy: string): SegmentsError =>
    new SegmentsError(
      kind,
      `${where}: ${message}${hint === undefined ? '' : ` (${hint})`}${code === '' ? '' : ` [${code}]`}`,
      {
        where,
        remedy,
        cause: error,
      },
    );
  if (/^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)) {
    const [, kind, remedy] = kinds.find(([state]) => state.test(code)) ?? [];
    return as(
      kind ?? 'SourceRefused',
      remedy ?? 'The code of PostgreSQL in brackets says what it did not like.',
    );
  }
  if (untrusted.test(`${code} ${message}`)) {
    return as(
      'SourceRefused',
      'Check sslmode (PGSSLMODE), and the authority that signed the certificate (PGSSLROOTCERT).',
    );
  }
  if (/SASL|password must be a string/i.test(message)) {
    return as('CredentialsRefused', 'Give a password: SEGMENTS_POSTGRES_URL, PGPASSWORD or PGPASSFILE.');
  }
  if (code !== '' || /terminated|timeout|connection|socket|closed/i.test(message)) {
    return as('SourceUnavailable', 'Check PGHOST, PGPORT and the network; it is retried.');
  }
  return error;
}
