import { type Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { s3Error } from '../../artifacts/s3-error.js';
import { SegmentsError } from '../../errors.js';
import { pourToFile } from '../pour-to-file.js';
import { tooLarge } from '../too-large.js';

export interface S3Address {
  readonly bucket: string;
  /** Key of an object, a folder (ending in a slash, or empty) or a pattern. */
  readonly key: string;
}

/** @throws SegmentsError InvalidInput */
export function parseS3Address(uri: string): S3Address {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.*)$/is.exec(uri);
  if (match !== null) return { bucket: match[1]!, key: match[2]! };
  throw new SegmentsError('InvalidInput', `source.path: found ${uri}; expected s3://bucket/key`, {
    where: 'source.path',
    remedy: 'Name an object of a bucket, a folder (with a slash at its end) or a pattern.',
  });
}

/** What is in a bucket below a folder: keys without the folder's, and bytes. @throws as `fetchObject` */
export async function* listObjects(
  client: S3Client,
  { bucket, key: folder }: S3Address,
  signal: AbortSignal,
): AsyncGenerator<{ readonly name: string; readonly bytes: number }> {
  const Prefix = folder === '' ? '' : `${folder}/`;
  try {
    const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix }, { abortSignal: signal });
    for await (const page of pages) {
      for (const { Key = '', Size = 0 } of page.Contents ?? []) {
        if (!Key.endsWith('/')) yield { name: Key.slice(Prefix.length), bytes: Size };
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw asSourceError(s3Error(error, bucket, Prefix), error as Error, `s3://${bucket}/${Prefix}`);
  }
}

/**
 * Downloads one object into a new file and gives its bytes. Throws SourceNotFound, CredentialsRefused, SourceRefused (also where
 * it is larger than `mostBytes`), SourceUnavailable.
 */
export async function fetchObject(
  client: S3Client,
  { bucket, key }: S3Address,
  task: {
    readonly target: string;
    readonly mostBytes: number;
    readonly onBytes: (done: number, total: number | undefined) => void;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  const { target, mostBytes, signal } = task;
  const uri = `s3://${bucket}/${key}`;
  try {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
      abortSignal: signal,
    });
    const total = answer.ContentLength;
    if (total !== undefined && total > mostBytes) {
      (answer.Body as Readable).destroy();
      throw tooLarge(uri, total, mostBytes);
    }
    const report = (done: number): void => {
      if (done > mostBytes) throw tooLarge(uri, done, mostBytes);
      task.onBytes(done, total);
    };
    const { bytes } = await pourToFile(answer.Body as Readable, target, report, signal);
    if (total !== undefined && bytes !== total) throw new Error(`aborted: ${bytes} of ${total} bytes came`);
    return bytes;
  } catch (error) {
    signal.throwIfAborted();
    throw asSourceError(s3Error(error, bucket, key), error as Error, uri);
  }
}

/** The words of the artifact store, said of a source. */
function asSourceError(error: unknown, cause: Error, uri: string): unknown {
  const details = { where: uri, remedy: 'Correct bucket and key, and what the credentials may read.', cause };
  if (cause.name === 'NoSuchKey' || cause.name === 'NoSuchBucket' || cause.name === 'NotFound') {
    return new SegmentsError('SourceNotFound', `${uri}: ${cause.name}`, details);
  }
  if (!(error instanceof SegmentsError)) return error;
  const codes = { StoreUnavailable: 'SourceUnavailable', StoreRefused: 'SourceRefused' } as const;
  const code = codes[error.code as keyof typeof codes];
  return code === undefined
    ? error
    : new SegmentsError(code, error.message, { ...details, remedy: error.remedy });
}
