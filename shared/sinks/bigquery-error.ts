import { SegmentsError } from '../errors.js';
import { sinkCredentialsRefused, sinkRefused, sinkUnavailable } from './sink-errors.js';

interface BigQueryFailure extends Error {
  /** HTTP status, or Node's name for a failure of the connection. */
  readonly code?: number | string;
  readonly errors?: readonly { readonly reason?: string }[];
}

const passing =
  /^(rateLimitExceeded|jobRateLimitExceeded|quotaExceeded|backendError|internalError|jobBackendError|jobInternalError|stopped)$/;
const network =
  /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|socket hang up|network|timeout|premature|fetch failed/i;
const account = /invalid_grant|invalid_client|default credentials|private key|PEM|JWT/i;

/** What the client threw, as one of our errors; defects stay what they are. */
export function bigQueryError(error: unknown, where: string): unknown {
  if (error instanceof SegmentsError || !(error instanceof Error)) return error;
  const { code, message, errors }: BigQueryFailure = error;
  const reason = errors?.find((each) => each.reason !== undefined)?.reason ?? '';
  const said = `${message.split('\n')[0]!.slice(0, 500)}${reason === '' ? '' : ` [${reason}]`}`;
  const status = Number(code);
  if (passing.test(reason) || status === 408 || status === 429 || status >= 500)
    return sinkUnavailable(where, said, error);
  if (/accessDenied|authError/.test(reason) || status === 401 || status === 403 || account.test(message)) {
    return sinkCredentialsRefused(
      where,
      said,
      'Give an account that may run jobs (roles/bigquery.jobUser) and write the data set (roles/bigquery.dataEditor): GOOGLE_APPLICATION_CREDENTIALS, or the default credentials of the machine.',
      error,
    );
  }
  if (status === 400 || status === 404 || status === 409 || reason !== '')
    return sinkRefused(
      where,
      said,
      'Correct project, data set and location of the sink, or the table there.',
      error,
    );
  return network.test(`${code ?? ''} ${message}`) ? sinkUnavailable(where, said, error) : error;
}
