import { S3Client } from '@aws-sdk/client-s3';

/** A peer that sends nothing for this long is taken for gone: without it a hanging server would hang the stage. */
const idleMilliseconds = 60_000;

/**
 * Client from the SDK's own chain of credentials and settings (AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL_S3, a role …).
 * SEGMENTS_S3_PATH_STYLE=1 puts the bucket into the path, as most servers other than AWS want it; it is the default
 * where an endpoint is given.
 */
export function s3ClientFromEnvironment(env: NodeJS.ProcessEnv): S3Client {
  const endpoint = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'];
  const pathStyle = env['SEGMENTS_S3_PATH_STYLE'] ?? (endpoint ? '1' : '0');
  // A profile may name its region: only what no file can know is filled in here.
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || (endpoint ? 'us-east-1' : undefined);
  return new S3Client({
    forcePathStyle: pathStyle === '1' || pathStyle === 'true',
    maxAttempts: 5,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: idleMilliseconds },
    requestChecksumCalculation: 'WHEN_SUPPORTED',
    // Artifacts are checked against their own sha256, which tells a cut answer from a changed object; the SDK does not.
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(region ? { region } : {}),
    ...(endpoint ? { endpoint } : {}),
  });
}
