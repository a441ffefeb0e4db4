import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

// A double, because nothing real can be had: Kaggle runs in one place only, and publishes no server. It speaks the calls
// of Kaggle's public clients; the official kagglehub client is run against it in tests/integrations.

/** What the double does to one request in place of answering it. */
export type KaggleFault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** Sends this share of the body, then breaks the line. */
  | { readonly kind: 'cut'; readonly share: number }
  /** Sends a body of the right length in which one bit is wrong. */
  | { readonly kind: 'flipped bit' }
  /** Sends the body a few bytes at a time. */
  | { readonly kind: 'slow' }
  | { readonly kind: 'ignores Range' };

export interface KaggleRequest {
  /** Last part of the path: a method of the API, or a file of the storage. */
  readonly name: string;
  readonly host: 'api' | 'storage';
  readonly authorization: string | undefined;
  readonly range: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface KaggleDouble {
  /** Address of the API. The storage that downloads are redirected to has another one. */
  readonly endpoint: string;
  /** Every request so far. */
  readonly requests: KaggleRequest[];
  /** Adds a version of `owner/slug`, and returns its number. */
  publish(dataset: string, files: Readonly<Record<string, Buffer>>): number;
  /** Faults of the next requests to the API or to the storage, in order. */
  plan(host: 'api' | 'storage', faults: readonly KaggleFault[]): void;
  /** Where the storage has a file. */
  addressOf(dataset: string, version: number, file: string): string;
  close(): Promise<void>;
}

const cutAfterMilliseconds = 250;

/** Datasets whose slug is `private` need this token; `forbidden` ones may be read by nobody. */
export const kaggleDoubleToken = 'KGAT_double';

export async function startKaggleDouble(apiPort = 0): Promise<KaggleDouble> {
  const datasets = new Map<string, Map<string, Buffer>[]>();
  const plans: Record<'api' | 'storage', KaggleFault[]> = { api: [], storage: [] };
  const requests: KaggleRequest[] = [];

  const storage = createServer((request, response) => {
    requests.push(described('storage', request, {}));
    const [, , dataset = '', version = '', name = ''] = new URL(
      request.url!,
      'http://storage',
    ).pathname.split('/');
    const file = datasets
      .get(decodeURIComponent(dataset))
      ?.[Number(version) - 1]?.get(decodeURIComponent(name));
    if (file === undefined) response.writeHead(404).end();
    else sendFile(request, response, file, plans.storage.shift());
  });
  const api = createServer((request, response) => {
    void readBody(request).then((body) => answer(request, response, body));
  });

  const answer = (
    request: IncomingMessage,
    response: ServerResponse,
    body: Record<string, unknown>,
  ): void => {
    const seen = described('api', request, body);
    requests.push(seen);
    const json = (status: number, content: object, headers = {}): void =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(content));
    const problem = (code: number, message: string, headers = {}): void =>
      json(code, { code, message }, headers);
    const fault = plans.api.shift();
    if (fault?.kind === 'status') {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      return problem(fault.status, 'planned', headers);
    }
    const slug = String(body['datasetSlug']);
    const name = `${String(body['ownerSlug'])}/${slug}`;
    const known = seen.authorization === undefined || seen.authorization === `Bearer ${kaggleDoubleToken}`;
    if (!known) return problem(401, 'Unauthenticated');
    if (slug === 'forbidden') return problem(403, "Permission 'datasets.get' was denied");
    const versions = datasets.get(name);
    const wanted = Number(body['datasetVersionNumber'] ?? versions?.length);
    const files = versions?.[wanted - 1];
    if (files === undefined || (slug === 'private' && seen.authorization === undefined))
      return problem(404, `Not found: ${name}`);
    switch (seen.name) {
      case 'GetDataset':
        return json(200, { ref: name, currentVersionNumber: versions!.length });
      case 'ListDatasetFiles': {
        // Two a page: who reads the first page only is found out.
        const from = Number(body['pageToken'] ?? 0);
        const page = [...files].slice(from, from + 2);
        return json(200, {
          datasetFiles: page.map(([file, bytes]) => ({ name: file, totalBytes: bytes.length })),
          nextPageToken: from + 2 < files.size ? String(from + 2) : '',
        });
      }
      case 'DownloadDataset': {
        const file = String(body['fileName'] ?? [...files.keys()][0]);
        if (!files.has(file)) return problem(404, `Not found: ${name}/${file}`);
        const location = `${fileAddress(name, wanted, file)}?signature=abc`;
        return void response.writeHead(302, { location }).end();
      }
      default:
        return problem(404, `no method ${seen.name}`);
    }
  };

  const fileAddress = (dataset: string, version: number, file: string): string =>
    `${addressOf(storage)}/signed/${encodeURIComponent(dataset)}/${version}/${encodeURIComponent(file)}`;

  await Promise.all([listen(api, apiPort), listen(storage, 0)]);
  return {
    endpoint: addressOf(api),
    requests,
    publish(dataset, files) {
      const versions = datasets.get(dataset) ?? [];
      datasets.set(dataset, [...versions, new Map(Object.entries(files))]);
      return versions.length + 1;
    },
    plan: (host, faults) => void (plans[host] = [...faults]),
    addressOf: fileAddress,
    close: async () => void (await Promise.all([close(api), close(storage)])),
  };
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: Buffer,
  fault: KaggleFault | undefined,
): void {
  if (fault?.kind === 'status') {
    const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
    return void response.writeHead(fault.status, headers).end();
  }
  const etag = `"${createHash('sha256').update(file).digest('hex').slice(0, 16)}"`;
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const sameFile = (request.headers['if-range'] ?? etag) === etag;
  const from = range !== null && sameFile && fault?.kind !== 'ignores Range' ? Number(range[1]) : 0;
  if (from > 0 && from >= file.length) {
    return void response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
  }
  const body = Buffer.from(file.subarray(from));
  response.writeHead(from > 0 ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': body.length,
    'accept-ranges': 'bytes',
    etag,
    'x-goog-hash': `crc32c=AAAAAA==,md5=${createHash('md5').update(file).digest('base64')}`,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` } : {}),
  });
  if (fault?.kind === 'cut') {
    // A moment later: what a reader has not taken yet is lost to it once the line is broken.
    response.write(body.subarray(0, Math.floor(body.length * fault.share)), () => {
      setTimeout(() => response.destroy(), fault.share > 0 ? cutAfterMilliseconds : 0);
    });
  } else if (fault?.kind === 'slow') {
    let sent = 0;
    const timer = setInterval(() => {
      response.write(body.subarray(sent, (sent += 64)));
      if (sent < body.length) return;
      clearInterval(timer);
      response.end();
    }, 10);
    response.on('close', () => clearInterval(timer));
  } else {
    if (fault?.kind === 'flipped bit') body[body.length >> 1]! ^= 1;
    response.end(body);
  }
}

function described(
  host: KaggleRequest['host'],
  request: IncomingMessage,
  body: Record<string, unknown>,
): KaggleRequest {
  const { pathname } = new URL(request.url!, 'http://double');
  return {
    name: decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1)),
    host,
    authorization: request.headers.authorization,
    range: request.headers.range,
    body,
  };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
