import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { SegmentsError } from '../../errors.js';
import { type OnProgress } from '../../progress.js';
import { TransientFailure, untilItPasses } from './transient-failure.js';

const idleMilliseconds = 60_000;
const unfinished = '.part';
/** Longer entity tags do not fit into a file name; such a download begins anew instead of going on. */
const longestTag = 100;

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
  readonly etag: string | undefined;
}

/**
 * Downloads a file and goes on where it was cut, in this process or a later one: what has come lies beside the target under
 * a name that holds its entity tag, so that parts of two different files are never joined. Checked against the length
 * and, where the server gives one (x-goog-hash, Content-MD5), the MD5 of the whole.
 * @throws SegmentsError SourceUnavailable, SourceRefused
 */
export async function download(task: Download): Promise<DownloadedFile> {
  const { target, where, signal } = task;
  await mkdir(path.dirname(target), { recursive: true });
  let received = 0;
  const file = await untilItPasses(() => attempt(task, (bytes) => (received = Math.max(received, bytes))), {
    where,
    signal,
    progress: () => received,
  });
  await removeParts(target);
  return file;
}

async function attempt(task: Download, onReceived: (bytes: number) => void): Promise<DownloadedFile> {
  const { request, target, signal, where, mostBytes } = task;
  const part = await findPart(target);
  const range: Record<string, string> =
    part === undefined ? {} : { range: `bytes=${part.bytes}-`, 'if-range': part.etag };
  const response = await request({ 'accept-encoding': 'identity', ...range });
  if (response.status === 416 && part !== undefined) {
    await response.body?.cancel();
    await rm(part.file, { force: true });
    throw new TransientFailure('the part that had come is of no use: the file is another one');
  }
  const etag = response.headers.get('etag') ?? undefined;
  const from = response.status === 206 ? rangeStart(response) : 0;
  const goesOn = from > 0 && from === part?.bytes && (etag === undefined || etag === part.etag);
  if (from > 0 && !goesOn) {
    await response.body?.cancel();
    if (part !== undefined) await rm(part.file, { force: true });
    throw new TransientFailure('the server answered with another part of the file than was asked for');
  }
  const length = response.headers.get('content-length');
  const total = length === null ? undefined : from + Number(length);
  const tooLarge = (bytes: number): SegmentsError =>
    new SegmentsError('SourceRefused', `${where}: ${bytes} bytes; at most ${mostBytes} are read`, {
      where,
      remedy: 'Name one file of the dataset, or download it yourself and name it as csv:FILE.',
    });
  if (total !== undefined && total > mostBytes) {
    await response.body?.cancel();
    throw tooLarge(total);
  }
  const file = goesOn ? part!.file : partName(target, etag);
  const handle = await open(file, goesOn ? 'r+' : 'w');
  let bytes = from;
  try {
    for await (const chunk of body(response, signal)) {
      if (bytes + chunk.byteLength > mostBytes) throw tooLarge(bytes + chunk.byteLength);
      await writeAt(handle, chunk, bytes);
      bytes += chunk.byteLength;
      onReceived(bytes);
      task.onProgress({ phase: 'bytes downloaded', done: bytes, ...(total === undefined ? {} : { total }) });
    }
  } finally {
    await handle.close();
  }
  if (total !== undefined && bytes !== total) throw new TransientFailure(`${bytes} of ${total} bytes came`);
  const { sha256, md5 } = await digests(file, signal);
  const promised = promisedMd5(response.headers);
  if (promised !== undefined && promised !== md5) {
    await rm(file, { force: true });
    throw new TransientFailure(`the MD5 of what came is ${md5}; the server says ${promised}`);
  }
  await rename(file, target);
  return { bytes, sha256, etag };
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

function partName(target: string, etag: string | undefined): string {
  const strong = etag !== undefined && !etag.startsWith('W/') && etag.length <= longestTag;
  // Without a tag nobody could tell later what the part is of; a name of its own keeps two downloads apart.
  const name = strong ? Buffer.from(etag).toString('base64url') : `-${process.pid}-${performance.now()}`;
  return `${target}.${name}${unfinished}`;
}

async function parts(target: string): Promise<{ file: string; name: string }[]> {
  const folder = path.dirname(target);
  const prefix = `${path.basename(target)}.`;
  return (await readdir(folder))
    .filter((name) => name.startsWith(prefix) && name.endsWith(unfinished))
    .map((name) => ({ file: path.join(folder, name), name: name.slice(prefix.length, -unfinished.length) }));
}

async function findPart(target: string): Promise<{ file: string; etag: string; bytes: number } | undefined> {
  let largest: { file: string; etag: string; bytes: number } | undefined;
  for (const { file, name } of await parts(target)) {
    if (name.startsWith('-')) continue;
    const bytes = (await stat(file).catch(() => undefined))?.size ?? 0;
    if (bytes > (largest?.bytes ?? 0)) {
      largest = { file, etag: Buffer.from(name, 'base64url').toString(), bytes };
    }
  }
  return largest;
}

async function removeParts(target: string): Promise<void> {
  for (const { file } of await parts(target)) await rm(file, { force: true });
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
