import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3ClientFromEnvironment } from '../artifacts/s3-client.js';
import { s3Error } from '../artifacts/s3-error.js';
import { SegmentsError } from '../errors.js';
import { excerpt, throwIfTransient } from './http/check-status.js';
import { download } from './http/download.js';
import { openUrl } from './http/open-url.js';
import { pourToFile } from './pour-to-file.js';
import { type SourceContext } from './sales-source.js';
import { tooLarge } from './too-large.js';

/** Sales of the largest retailers stay far below; an address that never ends does not fill the disk. */
const defaultMostBytes = 64 * 2 ** 30;

/**
 * The path of a file that can be read here: itself, or a copy on scratch of what lies at `https://…` or `s3://bucket/key`.
 * Throws SourceNotFound, CredentialsRefused, SourceRefused, SourceUnavailable.
 */
export async function localCopy(
  path: string,
  context: SourceContext,
  mostBytes = defaultMostBytes,
): Promise<string> {
  if (/^https?:\/\//i.test(path)) return await fromWeb(path, context, mostBytes);
  if (/^s3:\/\//i.test(path)) return await fromS3(path, context, mostBytes);
  return path;
}

async function fromWeb(
  address: string,
  { scratch, env, signal, onProgress }: SourceContext,
  mostBytes: number,
): Promise<string> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const local = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
  if (url === undefined || url.username !== '' || (url.protocol !== 'https:' && !local)) {
    throw new SegmentsError(
      'InvalidInput',
      'source.path: expected an https address without user and password',
      {
        where: 'source.path',
        remedy:
          'Give https://host/path; a token goes into SEGMENTS_SOURCE_TOKEN, its server into SEGMENTS_SOURCE_URL, where the worker runs.',
      },
    );
  }
  // A signed address is a secret: what follows the path is not repeated.
  const where = `${url.origin}${url.pathname}`;
  // Whoever may name an address in an input may not learn the token of the worker by it.
  const own = originOf(env['SEGMENTS_SOURCE_URL']) === url.origin;
  const token = own ? env['SEGMENTS_SOURCE_TOKEN'] : undefined;
  const target = join(scratch, `download-${createHash('sha256').update(address).digest('hex').slice(0, 16)}`);
  await download({
    async request(headers) {
      const authorization = token ? `Bearer ${token}` : undefined;
      const response = await openUrl({ url: address, headers, authorization, signal });
      await throwIfTransient(response);
      if (response.status === 200 || response.status === 206 || response.status === 416) return response;
      throw refusal(response.status, await excerpt(response), where);
    },
    target,
    mostBytes,
    where,
    onProgress,
    signal,
  });
  return target;
}

const originOf = (address: string | undefined): string | undefined =>
  address !== undefined && URL.canParse(address) ? new URL(address).origin : undefined;

function refusal(status: number, said: string, where: string): SegmentsError {
  const message = `${where}: HTTP ${status}${said}`;
  if (status === 401 || status === 403) {
    const remedy =
      'Give a token that may read it: SEGMENTS_SOURCE_TOKEN, with SEGMENTS_SOURCE_URL naming this server; a signed address may have expired.';
    return new SegmentsError('CredentialsRefused', message, { where, remedy });
  }
  const code = status === 404 || status === 410 ? 'SourceNotFound' : 'SourceRefused';
  return new SegmentsError(code, message, {
    where,
    remedy: 'Check the address in a browser of that machine.',
  });
}

async function fromS3(
  uri: string,
  { scratch, env, signal, onProgress }: SourceContext,
  mostBytes: number,
): Promise<string> {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/i.exec(uri);
  if (match === null) {
    throw new SegmentsError('InvalidInput', `source.path: found ${uri}; expected s3://bucket/key`, {
      where: 'source.path',
      remedy: 'Name one object of a bucket.',
    });
  }
  const [, bucket, key] = match as unknown as [string, string, string];
  const client = s3ClientFromEnvironment(env);
  const target = join(scratch, `object-${createHash('sha256').update(uri).digest('hex').slice(0, 16)}`);
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
      onProgress({ phase: 'bytes downloaded', done, ...(total === undefined ? {} : { total }) });
    };
    const { bytes } = await pourToFile(answer.Body as Readable, target, report, signal);
    if (total !== undefined && bytes !== total) throw new Error(`aborted: ${bytes} of ${total} bytes came`);
    return target;
  } catch (error) {
    signal.throwIfAborted();
    throw asSourceError(s3Error(error, bucket, key), error as Error, uri);
  } finally {
    client.destroy();
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
