import { S3Client } from '@aws-sdk/client-s3';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { s3EncryptionFromEnvironment } from '../../../shared/artifacts/s3-encryption.js';
import { createS3Store } from '../../../shared/artifacts/s3-store.js';
import { tempFolder } from '../../support/temp-folder.js';

/** A client whose requests end before they leave, each kept with its headers. */
function recordingClient(): { client: S3Client; headers: Record<string, string>[] } {
  const headers: Record<string, string>[] = [];
  const client = new S3Client({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: (request: { method: string; headers: Record<string, string> }) => {
        if (request.method !== 'HEAD') headers.push(request.headers);
        const status = request.method === 'HEAD' ? 404 : 200;
        return Promise.resolve({
          response: { statusCode: status, headers: { etag: '"e"' }, body: undefined },
        });
      },
    } as never,
  });
  return { client, headers };
}

describe('encryption at rest', () => {
  test('is asked for in every kind of write where the environment says so, and in none where it does not', async () => {
    const file = path.join(await tempFolder(), 'file');
    await writeFile(file, 'text');
    const writes = async (env: NodeJS.ProcessEnv): Promise<Record<string, string>[]> => {
      const { client, headers } = recordingClient();
      const store = createS3Store('s3://bucket/prefix', client, s3EncryptionFromEnvironment(env));
      await store.putBytes('a', new Uint8Array(1), { rows: 0 });
      await store.putFile('b', file, { rows: 0 });
      await store.swap('c', new Uint8Array(1), undefined);
      return headers;
    };
    const kms = await writes({
      SEGMENTS_S3_SSE: 'aws:kms',
      SEGMENTS_S3_SSE_KMS_KEY: 'arn:aws:kms:x:1:key/2',
    });
    expect(kms).toHaveLength(3);
    for (const each of kms)
      expect(each).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:x:1:key/2',
        'x-amz-server-side-encryption-bucket-key-enabled': 'true',
      });
    for (const each of await writes({ SEGMENTS_S3_SSE: 'AES256' }))
      expect(each['x-amz-server-side-encryption']).toBe('AES256');
    for (const each of await writes({}))
      expect(Object.keys(each).filter((name) => name.includes('encryption'))).toEqual([]);
  });

  test.each([
    { SEGMENTS_S3_SSE: 'rot13' },
    { SEGMENTS_S3_SSE_KMS_KEY: 'key' },
    { SEGMENTS_S3_SSE: 'AES256', SEGMENTS_S3_SSE_KMS_KEY: 'key' },
  ])('that cannot be meant is refused before anything is written: %o', (env) => {
    expect(() => s3EncryptionFromEnvironment(env)).toThrow(
      expect.objectContaining({ code: 'InvalidConfig' }) as Error,
    );
  });
});
