import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type Reference } from '../contracts/reference.js';
import { SegmentsError } from '../errors.js';
import { checkReference, keyOf, notFound } from './check-reference.js';
import { type Digest, digestBytes, digestFile } from './file-digest.js';
import { receiveFile } from './receive-file.js';
import { type S3Encryption, s3EncryptionFromEnvironment } from './s3-encryption.js';
import { s3ClientFromEnvironment } from './s3-client.js';
import { s3Error } from './s3-error.js';
import { checkKey, compareCodePoints, uriOf } from './store-key.js';
import { type ArtifactStore } from './store.js';

/** Objects above this go up in parts: S3 asks for it above 5 GB, and a lost part is repeated alone. */
const partBytes = 16 * 1024 * 1024;
/** The SDK repeats requests, not answers that break off in their body. */
const bodyAttempts = 4;

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function isMissing(error: unknown): boolean {
  const { name } = error as Error;
  return name === 'NoSuchKey' || name === 'NotFound' || (statusOf(error) === 404 && name !== 'NoSuchBucket');
}

/**
 * A store in a bucket (`s3://bucket/prefix`). Objects appear whole or not at all. Compare-and-swap uses If-None-Match
 * and If-Match; `checkConditionalWrites` finds out whether a server honours them.
 */
export function createS3Store(
  uri: string,
  client: S3Client = s3ClientFromEnvironment(process.env),
  encryption: S3Encryption = s3EncryptionFromEnvironment(process.env),
): ArtifactStore {
  const base = uri.replace(/\/+$/, '');
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(base)!;
  const Bucket = bucket!;
  const objectKey = (key: string): string => (prefix === '' ? checkKey(key) : `${prefix}/${checkKey(key)}`);
  const reference = (key: string, digest: Digest, rows: number): Reference => ({
    uri: uriOf(base, key),
    ...digest,
    rows,
  });
  const abort = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal });
  const guarded = async <T>(key: string, work: (Key: string) => Promise<T>): Promise<T> => {
    const Key = objectKey(key);
    try {
      return await work(Key);
    } catch (error) {
      throw s3Error(error, Bucket, Key);
    }
  };

  const head = async (Key: string, signal?: AbortSignal): Promise<HeadObjectCommandOutput | undefined> => {
    try {
      return await client.send(new HeadObjectCommand({ Bucket, Key }), abort(signal));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };

  /** Gets an object and hands it to `consume`, again where the body breaks off. */
  const get = async <T>(
    Key: string,
    consume: (answer: GetObjectCommandOutput) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T | undefined> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await client
        .send(new GetObjectCommand({ Bucket, Key }), abort(signal))
        .catch((error: unknown) => {
          if (isMissing(error)) return undefined;
          throw error;
        });
      if (answer === undefined) return undefined;
      try {
        return await consume(answer);
      } catch (error) {
        const failure = s3Error(error, Bucket, Key);
        const again = failure instanceof SegmentsError && failure.code === 'StoreUnavailable';
        if (!again || attempt === bodyAttempts) throw failure;
        await sleep(100 * 2 ** attempt, undefined, signal === undefined ? {} : { signal });
      } finally {
        (answer.Body as Readable | undefined)?.destroy();
      }
    }
  };

  const bytesOf = async (answer: GetObjectCommandOutput): Promise<Uint8Array> => {
    const bytes = await answer.Body!.transformToByteArray();
    checkLength(answer, bytes.byteLength, `s3://${Bucket}`);
    return bytes;
  };

  return {
    uri: base,

    putFile: (key, localPath, { rows, signal }) =>
      guarded(key, async (Key) => {
        const digest = await digestFile(localPath, signal);
        const present = await head(Key, signal);
        if (present?.ContentLength === digest.bytes && present.Metadata?.['sha256'] === digest.sha256) {
          return reference(key, digest, rows);
        }
        const Body = createReadStream(localPath, { highWaterMark: 1 << 20 });
        const upload = new Upload({
          client,
          partSize: partBytes,
          queueSize: 3,
          leavePartsOnError: false,
          params: { Bucket, Key, Body, Metadata: { sha256: digest.sha256 }, ...encryption },
        });
        const onAbort = (): void => void upload.abort();
        signal?.addEventListener('abort', onAbort, { once: true });
        try {
          signal?.throwIfAborted();
          await upload.done();
        } finally {
          signal?.removeEventListener('abort', onAbort);
          Body.destroy();
        }
        return reference(key, digest, rows);
      }),

    putBytes: (key, bytes, { rows, signal }) =>
      guarded(key, async (Key) => {
        const digest = digestBytes(bytes);
        const Metadata = { sha256: digest.sha256 };
        await client.send(
          new PutObjectCommand({ Bucket, Key, Body: bytes, Metadata, ...encryption }),
          abort(signal),
        );
        return reference(key, digest, rows);
      }),

    fetchFile: async (ref, localPath, signal) =>
      guarded(keyOf(base, ref.uri), async (Key) => {
        const done = await get(
          Key,
          async (answer) => {
            const check = (digest: Digest): void => {
              checkLength(answer, digest.bytes, ref.uri);
              checkReference(ref, digest);
            };
            await receiveFile(answer.Body as Readable, localPath, check, signal);
            return true;
          },
          signal,
        );
        if (done === undefined) throw notFound(ref.uri);
      }),

    fetchBytes: async (ref, signal) =>
      guarded(keyOf(base, ref.uri), async (Key) => {
        const bytes = await get(Key, bytesOf, signal);
        if (bytes === undefined) throw notFound(ref.uri);
        checkReference(ref, digestBytes(bytes));
        return bytes;
      }),

    read: (key) =>
      guarded(key, (Key) =>
        get(Key, async (answer) => ({ bytes: await bytesOf(answer), version: answer.ETag! })),
      ),

    swap: (key, bytes, expected) =>
      guarded(key, async (Key) => {
        const condition = expected === undefined ? { IfNoneMatch: '*' } : { IfMatch: expected };
        const writer = randomUUID();
        const Metadata = { sha256: digestBytes(bytes).sha256, writer };
        try {
          await client.send(
            new PutObjectCommand({ Bucket, Key, Body: bytes, Metadata, ...encryption, ...condition }),
          );
          return true;
        } catch (error) {
          // 412: somebody was first. 409: somebody is writing now. 404: what was to be replaced is gone.
          const status = statusOf(error);
          if (status !== 412 && status !== 409 && !(expected !== undefined && isMissing(error))) throw error;
          // "Somebody" may be this very call: its first answer was lost, and the SDK sent it again.
          return (await head(Key))?.Metadata?.['writer'] === writer;
        }
      }),

    list: async (start) => {
      const skip = prefix === '' ? 0 : prefix.length + 1;
      const Prefix = prefix === '' ? start : `${prefix}/${start}`;
      const keys: string[] = [];
      try {
        for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
          for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(skip));
        }
      } catch (error) {
        throw s3Error(error, Bucket, Prefix);
      }
      return keys.sort(compareCodePoints);
    },

    remove: (key) =>
      guarded(key, async (Key) => {
        await client.send(new DeleteObjectCommand({ Bucket, Key }));
      }),
  };
}

/** A body that ended before its announced length is a fault of the line; a whole body of other bytes is corruption. */
function checkLength({ ContentLength }: GetObjectCommandOutput, bytes: number, uri: string): void {
  if (ContentLength === undefined || bytes >= ContentLength) return;
  throw new SegmentsError(
    'StoreUnavailable',
    `${uri}: found ${bytes} of ${ContentLength} bytes; the answer ended early`,
    { where: uri, remedy: 'The stage is retried; if it stays so, look for a proxy that cuts answers.' },
  );
}
