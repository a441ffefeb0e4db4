import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Reference } from '../contracts/reference.js';
import { SegmentsError } from '../errors.js';
import { checkReference, keyOf, notFound } from './check-reference.js';
import { type Digest, digestBytes, digestFile } from './file-digest.js';
import { s3Error } from './s3-error.js';
import { checkKey } from './store-key.js';
import { type ArtifactStore } from './store.js';

/** Objects above this go up in parts: S3 asks for it above 5 GB, and a lost part is repeated alone. */
const partBytes = 16 * 1024 * 1024;

/**
 * Client from the SDK's own chain of credentials and its variables (AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL_S3 …).
 * SEGMENTS_S3_PATH_STYLE=1 puts the bucket into the path, as most servers other than AWS want it; it is the default
 * where an endpoint is given.
 */
export function s3ClientFromEnvironment(env: NodeJS.ProcessEnv): S3Client {
  const endpoint = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'];
  const pathStyle = env['SEGMENTS_S3_PATH_STYLE'] ?? (endpoint ? '1' : '0');
  return new S3Client({
    region: env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1',
    forcePathStyle: pathStyle === '1' || pathStyle === 'true',
    maxAttempts: 5,
    requestChecksumCalculation: 'WHEN_SUPPORTED',
    responseChecksumValidation: 'WHEN_SUPPORTED',
    ...(endpoint ? { endpoint } : {}),
  });
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function isMissing(error: unknown): boolean {
  const { name } = error as Error;
  return name === 'NoSuchKey' || name === 'NotFound' || (statusOf(error) === 404 && name !== 'NoSuchBucket');
}

/** A store in a bucket. Objects appear whole or not at all; the sha256 travels as metadata and is checked on read. */
export function createS3Store(uri: string, client = s3ClientFromEnvironment(process.env)): ArtifactStore {
  const base = uri.replace(/\/+$/, '');
  const [, bucket, , prefix = ''] = /^s3:\/\/([^/]+)(\/(.*))?$/.exec(base)!;
  const Bucket = bucket!;
  const objectKey = (key: string): string => (prefix === '' ? checkKey(key) : `${prefix}/${checkKey(key)}`);
  const reference = (key: string, digest: Digest, rows: number): Reference => ({
    uri: `${base}/${encodeURI(key)}`,
    ...digest,
    rows,
  });
  const abort = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal });
  const guarded = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw s3Error(error, Bucket, key);
    }
  };

  const get = async (ref: Reference, signal: AbortSignal | undefined): Promise<GetObjectCommandOutput> => {
    const Key = objectKey(keyOf(base, ref.uri));
    try {
      return await client.send(new GetObjectCommand({ Bucket, Key }), abort(signal));
    } catch (error) {
      throw isMissing(error) ? notFound(ref.uri) : error;
    }
  };

  return {
    uri: base,

    putFile: (key, localPath, { rows, signal }) =>
      guarded(key, async () => {
        const digest = await digestFile(localPath, signal);
        const Key = objectKey(key);
        const present = await client
          .send(new HeadObjectCommand({ Bucket, Key }), abort(signal))
          .catch((error: unknown) => {
            if (isMissing(error)) return undefined;
            throw error;
          });
        if (present?.ContentLength === digest.bytes && present.Metadata?.['sha256'] === digest.sha256) {
          return reference(key, digest, rows);
        }
        const upload = new Upload({
          client,
          partSize: partBytes,
          queueSize: 3,
          leavePartsOnError: false,
          params: { Bucket, Key, Body: createReadStream(localPath), Metadata: { sha256: digest.sha256 } },
        });
        const onAbort = (): void => void upload.abort();
        signal?.addEventListener('abort', onAbort, { once: true });
        try {
          await upload.done();
        } finally {
          signal?.removeEventListener('abort', onAbort);
        }
        return reference(key, digest, rows);
      }),

    putBytes: (key, bytes, { rows, signal }) =>
      guarded(key, async () => {
        const digest = digestBytes(bytes);
        await client.send(
          new PutObjectCommand({
            Bucket,
            Key: objectKey(key),
            Body: bytes,
            Metadata: { sha256: digest.sha256 },
          }),
          abort(signal),
        );
        return reference(key, digest, rows);
      }),

    fetchFile: (ref, localPath, signal) =>
      guarded(ref.uri, async () => {
        const { Body } = await get(ref, signal);
        await mkdir(path.dirname(localPath), { recursive: true });
        const temporary = `${localPath}.partial`;
        try {
          await pipeline(
            Body as Readable,
            createWriteStream(temporary),
            signal === undefined ? {} : { signal },
          );
          checkWhole(ref, await digestFile(temporary, signal));
          await rename(temporary, localPath);
        } finally {
          await rm(temporary, { force: true });
        }
      }),

    fetchBytes: (ref, signal) =>
      guarded(ref.uri, async () => {
        const { Body } = await get(ref, signal);
        const bytes = await Body!.transformToByteArray();
        checkWhole(ref, digestBytes(bytes));
        return bytes;
      }),

    read: (key) =>
      guarded(key, async () => {
        try {
          const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket, Key: objectKey(key) }));
          return { bytes: await Body!.transformToByteArray(), version: ETag! };
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),

    swap: (key, bytes, expected) =>
      guarded(key, async () => {
        const condition = expected === undefined ? { IfNoneMatch: '*' } : { IfMatch: expected };
        try {
          await client.send(new PutObjectCommand({ Bucket, Key: objectKey(key), Body: bytes, ...condition }));
          return true;
        } catch (error) {
          // 412: somebody was first. 409: somebody is writing now. 404: what was to be replaced is gone.
          const status = statusOf(error);
          if (status === 412 || status === 409 || (expected !== undefined && isMissing(error))) return false;
          throw error;
        }
      }),

    list: (start) =>
      guarded(start, async () => {
        const skip = prefix === '' ? 0 : prefix.length + 1;
        const Prefix = prefix === '' ? start : `${prefix}/${start}`;
        const keys: string[] = [];
        for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
          for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(skip));
        }
        return keys.sort();
      }),

    remove: (key) =>
      guarded(key, async () => {
        await client.send(new DeleteObjectCommand({ Bucket, Key: objectKey(key) }));
      }),
  };
}

/** A body that ended early is a fault of the line, to be retried; a whole body of other bytes is corruption. */
function checkWhole(ref: Reference, found: Digest): void {
  if (found.bytes < ref.bytes) {
    throw new SegmentsError(
      'StoreUnavailable',
      `${ref.uri}: found ${found.bytes} of ${ref.bytes} bytes; the answer ended early`,
      {
        where: ref.uri,
        remedy: 'The stage is retried; if it stays so, look for a proxy that cuts answers.',
      },
    );
  }
  checkReference(ref, found);
}
