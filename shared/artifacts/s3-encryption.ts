import { type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { SegmentsError } from '../errors.js';

export type S3Encryption = Pick<
  PutObjectCommandInput,
  'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'
>;

const kinds = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const;

/**
 * Encryption at rest that each write asks for: SEGMENTS_S3_SSE (AES256, aws:kms or aws:kms:dsse) and, for the latter two,
 * SEGMENTS_S3_SSE_KMS_KEY (key ID or ARN; without it the account's default key). Without SEGMENTS_S3_SSE nothing is asked
 * for, and the bucket's own default holds. @throws SegmentsError InvalidConfig
 */
export function s3EncryptionFromEnvironment(env: NodeJS.ProcessEnv): S3Encryption {
  const [named, key] = [env['SEGMENTS_S3_SSE'], env['SEGMENTS_S3_SSE_KMS_KEY']];
  if (!named && !key) return {};
  const kind = kinds.find((known) => known === named);
  if (kind === undefined || (key && kind === 'AES256')) {
    const expected = kind === undefined ? kinds.join(', ') : 'no SEGMENTS_S3_SSE_KMS_KEY beside AES256';
    throw new SegmentsError(
      'InvalidConfig',
      `SEGMENTS_S3_SSE: found ${JSON.stringify(named ?? '')}; expected ${expected}`,
      { where: 'SEGMENTS_S3_SSE', remedy: 'Correct the variables of the worker; docs/sinks.md lists them.' },
    );
  }
  if (kind === 'AES256') return { ServerSideEncryption: kind };
  return {
    ServerSideEncryption: kind,
    ...(key ? { SSEKMSKeyId: key } : {}),
    // One data key a bucket and a while, instead of a call of KMS an object; dual-layer encryption has none.
    ...(kind === 'aws:kms' ? { BucketKeyEnabled: true } : {}),
  };
}
