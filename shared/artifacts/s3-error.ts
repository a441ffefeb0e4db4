import { SegmentsError } from '../errors.js';

const accessNames = new Set([
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'CredentialsProviderError',
  'Forbidden',
]);

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** What the SDK threw, as one of our errors: refused for good, or worth a retry. Aborts stay what they are. */
export function s3Error(error: unknown, bucket: string, key: string): unknown {
  if (error instanceof SegmentsError || !(error instanceof Error) || error.name === 'AbortError')
    return error;
  const { $metadata, code, $retryable } = error as Error & {
    $metadata?: { httpStatusCode?: number };
    code?: string;
    $retryable?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  const where = `s3://${bucket}/${key}`;
  const message = `${error.name}${status === undefined ? '' : ` (HTTP ${status})`}: ${error.message}`;
  if (error.name === 'NoSuchBucket') {
    return new SegmentsError('StoreRefused', message, {
      where: `s3://${bucket}`,
      remedy: 'Create the bucket, or correct its name in artifacts.',
      cause: error,
    });
  }
  if (accessNames.has(error.name) || status === 401 || status === 403) {
    return new SegmentsError('CredentialsRefused', message, {
      where,
      remedy: `Give credentials that may read and write s3://${bucket}: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role.`,
      cause: error,
    });
  }
  const transient =
    status === undefined ||
    status >= 500 ||
    status === 408 ||
    status === 429 ||
    $retryable !== undefined ||
    networkCodes.has(code ?? '') ||
    /Timeout|Checksum/i.test(`${error.name} ${error.message}`);
  return new SegmentsError(transient ? 'StoreUnavailable' : 'StoreRefused', message, {
    where,
    remedy: transient
      ? 'The stage is retried; check endpoint and network if it stays so.'
      : 'Check endpoint, region and path style (SEGMENTS_S3_PATH_STYLE), and what the bucket allows.',
    cause: error,
  });
}
