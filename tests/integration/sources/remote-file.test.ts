import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { sourceFiles } from '../../../shared/sources/files/source-files.js';
import { type Environment, type SourceContext } from '../../../shared/sources/sales-source.js';
import { tempFolder } from '../../support/temp-folder.js';

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function copy(address: string, env: Environment, mostBytes?: number): Promise<string> {
  const scratch = await tempFolder();
  const signal = new AbortController().signal;
  const context: Omit<SourceContext, 'db'> = {
    scratch,
    env,
    signal,
    asOf: undefined,
    onProgress: () => undefined,
  };
  const source = { kind: 'csv', path: address } as const;
  const { files } = await sourceFiles(source, context as SourceContext, mostBytes);
  return await readFile(files[0]!.path, 'utf8');
}

describe('the token for a web server', () => {
  const token = 'token-of-the-worker';
  const seenFor = async (urlOf: (origin: string) => string | undefined): Promise<string | undefined> => {
    let seen: string | undefined;
    const origin = await serve((request, response) => {
      seen = request.headers.authorization;
      response.end('sales');
    });
    const env = { SEGMENTS_SOURCE_TOKEN: token, SEGMENTS_SOURCE_URL: urlOf(origin) };
    expect(await copy(`${origin}/sales.csv`, env)).toBe('sales');
    return seen;
  };

  test('is sent to the server that the environment names, whatever the path', async () => {
    expect(await seenFor((origin) => origin)).toBe(`Bearer ${token}`);
    expect(await seenFor((origin) => `${origin}/exports/`)).toBe(`Bearer ${token}`);
  });

  test('is sent to no other server that an input names', async () => {
    expect(await seenFor(() => undefined)).toBeUndefined();
    expect(await seenFor(() => '')).toBeUndefined();
    expect(await seenFor(() => 'https://files.example')).toBeUndefined();
    expect(await seenFor((origin) => `${origin}0`)).toBeUndefined();
    expect(await seenFor((origin) => origin.replace('http:', 'https:'))).toBeUndefined();
  });
});

describe('a file that is larger than may be read is refused', () => {
  const large = 'x'.repeat(1000);
  const servers: [string, (response: ServerResponse) => void][] = [
    [
      'by the length that it is said to have',
      (response) => response.setHeader('content-length', large.length),
    ],
    ['by what comes, where no length is said', () => undefined],
  ];

  test.each(servers)('%s', async (_how, prepare) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    const origin = await serve((_request, response) => {
      prepare(response);
      response.write(large.slice(0, 500));
      setTimeout(() => response.end(large.slice(500)), 20);
    });
    const env = { AWS_ENDPOINT_URL_S3: origin, AWS_REGION: 'us-east-1', SEGMENTS_S3_PATH_STYLE: 'true' };
    for (const address of [`${origin}/sales.csv`, 's3://bucket/sales.csv']) {
      expect(await copy(address, env, 1000)).toBe(large);
      await expect(copy(address, env, 999)).rejects.toMatchObject({ code: 'SourceRefused' });
    }
  });
});
