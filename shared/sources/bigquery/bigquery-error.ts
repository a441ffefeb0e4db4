import { SegmentsError } from '../../errors.js';

interface BigQueryFailure extends Error {
  /** HTTP status, or Node's name for a failure of the connection. */
  readonly code?: number | string;
  readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
}

type Kind = 'CredentialsRefused' | 'SourceNotFound' | 'SourceRefused' | 'SourceUnavailable';
type Verdict = readonly [kind: Kind, remedy: string];

const credentials: Verdict = [
  'CredentialsRefused',
  'Give an account that may run jobs (roles/bigquery.jobUser) and read the table (roles/bigquery.dataViewer): GOOGLE_APPLICATION_CREDENTIALS, or the default credentials of the machine.',
];
const unavailable: Verdict = ['SourceUnavailable', 'BigQuery is busy or out of reach; it is retried.'];
const notFound: Verdict = [
  'SourceNotFound',
  'Correct the name of the table, and location where the dataset is not in the default one.',
];
const query: Verdict = ['SourceRefused', 'Correct source.query: one SELECT in GoogleSQL.'];

/** By the reason that BigQuery gives, which says more than the status. */
const reasons: Readonly<Record<string, Verdict>> = {
  accessDenied: credentials,
  authError: credentials,
  notFound,
  invalidQuery: query,
  bytesBilledLimitExceeded: [
    'SourceRefused',
    'Raise maximumBytesBilled, or read less: monthColumn prunes a partitioned table.',
  ],
  billingTierLimitExceeded: query,
  responseTooLarge: query,
  rateLimitExceeded: unavailable,
  jobRateLimitExceeded: unavailable,
  quotaExceeded: unavailable,
  backendError: unavailable,
  internalError: unavailable,
  jobBackendError: unavailable,
  jobInternalError: unavailable,
  resourcesExceeded: query,
  stopped: unavailable,
};

/** What the client threw, as one of this product's errors. Aborts and defects stay what they are. */
export function bigQueryError(error: unknown, where: string): unknown {
  if (error instanceof SegmentsError || !(error instanceof Error)) return error;
  const { code, message, errors }: BigQueryFailure = error;
  const reason = errors?.find((each) => each.reason !== undefined)?.reason;
  const verdict = (reason === undefined ? undefined : reasons[reason]) ?? byStatus(code, message);
  if (verdict === undefined) return error;
  const [kind, remedy] = verdict;
  const said = `${message.split('\n')[0]!.slice(0, 500)}${reason === undefined ? '' : ` [${reason}]`}`;
  return new SegmentsError(kind, `${where}: ${said}`, { where, remedy, cause: error });
}

function byStatus(code: number | string | undefined, message: string): Verdict | undefined {
  if (/invalid_grant|invalid_client|default credentials|private key|PEM|JWT/i.test(message))
    return credentials;
  if (/Unable to detect a Project Id/i.test(message)) {
    return ['SourceRefused', 'Name the project that pays: source.project, or GOOGLE_CLOUD_PROJECT.'];
  }
  const status = Number(code);
  if (status === 401 || status === 403) return credentials;
  if (status === 404) return notFound;
  if (status === 408 || status === 429 || status >= 500) return unavailable;
  if (status === 400) return query;
  const network =
    /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|socket hang up|network|timeout|premature|fetch failed|aborted/i;
  return network.test(`${code ?? ''} ${message}`) ? unavailable : undefined;
}
