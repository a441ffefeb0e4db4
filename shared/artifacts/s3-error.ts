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

interface SdkFailure extends Error {
  readonly $metadata?: { httpStatusCode?: number };
  readonly code?: string;
  readonly $retryable?: unknown;
}

function isTransient({ name, message, code, $metadata, $retryable }: SdkFailure): boolean {
  const status = $metadata?.httpStatusCode;
  return (
    (status !== undefined && (status >= 500 || status === 408 || status === 429)) ||
    $retryable !== undefined ||
    networkCodes.has(code ?? '') ||
    /timeout|checksum|aborted|socket hang up/i.test(`${name} ${message}`)
  );
}

/**
 * What the SDK threw, as one of our errors: refused for good, or worth a retry. Aborts, trouble with local files and
 * defects stay what they are.
 */
export function s3Error(error: unknown, bucket: string, key: string): unknown {
  if (error instanceof SegmentsError || !(error instanceof Error) || error.name === 'AbortError')
    return error;
  const failure: SdkFailure = error;
  const status = failure.$metadata?.httpStatusCode;
  const where = `s3://${bucket}/${key}`;
  const said = `${error.name}${status === undefined ? '' : ` (HTTP ${status})`}: ${error.message}`;
  const as = (code: 'StoreRefused' | 'StoreUnavailable' | 'CredentialsRefused', remedy: string) =>
    new SegmentsError(code, `${where}: ${said}`, { where, remedy, cause: error });

  if (error.name === 'NoSuchBucket') {
    return as('StoreRefused', `Create the bucket ${bucket}, or correct its name in artifacts.`);
  }
  if (accessNames.has(error.name) || status === 401 || status === 403) {
    return as(
      'CredentialsRefused',
      `Give credentials that may read, write and list s3://${bucket}: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role.`,
    );
  }
  if (isTransient(failure)) {
    return as(
      'StoreUnavailable',
      'The stage is retried; check endpoint (AWS_ENDPOINT_URL_S3) and network if it stays so.',
    );
  }
  if (status !== undefined || /region is missing/i.test(error.message)) {
    return as(
      'StoreRefused',
      'Check endpoint (AWS_ENDPOINT_URL_S3), region (AWS_REGION) and path style (SEGMENTS_S3_PATH_STYLE), and what the bucket allows.',
    );
  }
  return error;
}
