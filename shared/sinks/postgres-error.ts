import { SegmentsError } from '../errors.js';
import { sinkCredentialsRefused, sinkRefused, sinkUnavailable } from './sink-errors.js';

/** Classes and codes of SQLSTATE that pass: connection, resources, operator, serialisation, locks. */
const passing = /^(08|53|57P|58|40)|^55P03$/;
const refusedCredentials = new Set(['28000', '28P01', '42501']);
const network = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;

/** What the driver threw, as one of our errors; defects stay what they are. */
export function postgresError(error: unknown, where: string): unknown {
  if (error instanceof SegmentsError || !(error instanceof Error)) return error;
  const { code = '', message } = error as Error & { code?: string };
  if (refusedCredentials.has(code)) {
    return sinkCredentialsRefused(
      where,
      `${message} (SQLSTATE ${code})`,
      'Give SEGMENTS_SINK_POSTGRES_URL, or PGHOST, PGUSER, PGPASSWORD and PGDATABASE, of a user that may create and write tables in that schema.',
      error,
    );
  }
  if (passing.test(code) || network.test(code) || /connection terminated|timeout|socket/i.test(message))
    return sinkUnavailable(where, message, error);
  if (/^[0-9A-Z]{5}$/.test(code))
    return sinkRefused(
      where,
      `${message} (SQLSTATE ${code})`,
      'See what the server says, and correct it there.',
      error,
    );
  if (/CERT|SELF_SIGNED|ALTNAME|SSL connections/i.test(`${code} ${message}`))
    return sinkRefused(
      where,
      message,
      'Correct sslmode and PGSSLROOTCERT, or the certificate of the server.',
      error,
    );
  if (/password must be a string|SASL/i.test(message))
    return sinkCredentialsRefused(where, message, 'Set PGPASSWORD, or a URL with a password.', error);
  return error;
}
