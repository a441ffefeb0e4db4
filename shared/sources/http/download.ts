import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { type OnProgress } from '../../progress.js';
import { tooLarge } from '../too-large.js';
import {
  completePart,
  type DownloadPart,
  leavePart,
  newPart,
  removePart,
  takePart,
} from './download-part.js';
import { TransientFailure, untilItPasses } from './transient-failure.js';

const idleMilliseconds = 60_000;

export interface Download {
  /** Asks for the file, with these headers; throws on an answer that is not the file. */
  readonly request: (headers: Readonly<Record<string, string>>) => Promise<Response>;
  /** Where the file is put. It appears there only when it is whole. */
  readonly target: string;
  readonly mostBytes: number;
  readonly where: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export interface DownloadedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Downloads a file and goes on where it was cut, in this process or a later one: what has come lies beside the target under
 * a name that holds its entity tag, so that parts of two different files are never joined, and who writes to it, so that
 * two downloads of one file do not meddle with each other's. Checked against the length
 * and, where the server gives one (x-goog-hash, Content-MD5), the MD5 of the whole.
 * @throws SegmentsError SourceUnavailable, SourceRefused
 */
export async function download(task: Download): Promise<DownloadedFile> {
  const { target, where, signal } = task;
  await mkdir(path.dirname(target), { recursive: true });
  let received = 0;
  return await untilItPasses(() => attempt(task, (bytes) => (received = Math.max(received, bytes))), {
    where,
    signal,
    progress: () => received,
  });
}

async function attempt(task: Download, onReceived: (bytes: number) => void): Promise<DownloadedFile> {
  const { request, target, signal, where, mostBytes } = task;
  let part = await takePart(target);
  try {
    const range: Record<string, string> =
      part?.etag === undefined ? {} : { range: `bytes=${part.bytes}-`, 'if-range': part.etag };
    const response = await request({ 'accept-encoding': 'identity', ...range });
    const etag = response.headers.get('etag') ?? undefined;
    const from = response.status === 206 ? rangeStart(response) : 0;
    const goesOn = from > 0 && from === part?.bytes && (etag === undefined || etag === part.etag);
    if (part !== undefined && !goesOn) {
      await removePart(part);
      part = undefined;
    }
    if (response.status === 416) {
      await response.body?.cancel();
      throw new TransientFailure('the part that had come is of no use: the file is another one');
    }
    if (from > 0 && !goesOn) {
      await response.body?.cancel();
      throw new TransientFailure('the server answered with another part of the file than was asked for');
    }
    const length = response.headers.get('content-length');
    const total = length === null ? undefined : from + Number(length);
    if (total !== undefined && total > mostBytes) {
      await response.body?.cancel();
      throw tooLarge(where, total, mostBytes);
    }
    part ??= newPart(target, etag);
    const bytes = await receive(task, response, part, { from, total, onReceived });
    const { sha256, md5 } = await digests(part.file, signal);
    const promised = promisedMd5(response.headers);
    if (promised !== undefined && promised !== md5) {
      await removePart(part);
      part = undefined;
      throw new TransientFailure(`the MD5 of what came is ${md5}; the server says ${promised}`);
    }
    await completePart(target, part);
    part = undefined;
    return { bytes, sha256 };
  } finally {
    if (part !== undefined) await leavePart(target, part);
  }
}

/** Writes the body behind what has come already; gives the length of the whole. */
async function receive(
  { where, mostBytes, signal, onProgress }: Download,
  response: Response,
  part: DownloadPart,
  {
    from,
    total,
    onReceived,
  }: { from: number; total: number | undefined; onReceived: (bytes: number) => void },
): Promise<number> {
  const handle = await open(part.file, from > 0 ? 'r+' : 'wx');
  let bytes = from;
  try {
    for await (const chunk of body(response, signal)) {
      if (bytes + chunk.byteLength > mostBytes) throw tooLarge(where, bytes + chunk.byteLength, mostBytes);
      await writeAt(handle, chunk, bytes);
      bytes += chunk.byteLength;
      onReceived(bytes);
      onProgress({ phase: 'bytes downloaded', done: bytes, ...(total === undefined ? {} : { total }) });
    }
  } finally {
    await handle.close();
  }
  if (total !== undefined && bytes !== total) throw new TransientFailure(`${bytes} of ${total} bytes came`);
  return bytes;
}

/** Chunks of the body. A server that falls silent is given up on; a line that breaks is worth another attempt. */
async function* body(response: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(
          () => reject(new Error(`nothing came for ${idleMilliseconds / 1000} s`)),
          idleMilliseconds,
        );
      });
      const { done, value } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new TransientFailure(`the line broke: ${(error as Error).message}`, undefined, { cause: error });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function writeAt(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < chunk.byteLength) {
    const { bytesWritten } = await handle.write(
      chunk,
      written,
      chunk.byteLength - written,
      position + written,
    );
    written += bytesWritten;
  }
}

function rangeStart({ headers }: Response): number {
  const match = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '');
  return match === null ? -1 : Number(match[1]);
}

function promisedMd5(headers: Headers): string | undefined {
  return (
    /(?:^|,)\s*md5=([A-Za-z0-9+/=]+)/.exec(headers.get('x-goog-hash') ?? '')?.[1] ??
    headers.get('content-md5') ??
    undefined
  );
}

async function digests(file: string, signal: AbortSignal): Promise<{ sha256: string; md5: string }> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal })) {
    sha256.update(chunk as Buffer);
    md5.update(chunk as Buffer);
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('base64') };
}
