import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { withSnowflake } from '../../../shared/sources/snowflake/session.js';

/** Answers as Snowflake does; requests whose path holds `held` wait until the test lets them go. */
async function serve(held: string, onHeld: () => void) {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url!, 'http://x');
    asked.push(pathname + (pathname === '/session' ? search.replace(/&.*$/, '') : ''));
    request.resume();
    const answer = (): void => {
      const data = pathname.includes('login')
        ? { token: 't', masterToken: 'm', parameters: [], sessionInfo: {} }
        : null;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ success: true, code: null, message: null, data }));
    };
    request.on('end', () => {
      if (!pathname.includes(held)) return answer();
      waiting.push(answer);
      onHeld();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    asked,
    release: () => waiting.splice(0).forEach((answer) => answer()),
    env: {
      SEGMENTS_SNOWFLAKE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ SNOWFLAKE_ACCOUNT: 'a', SNOWFLAKE_USER: 'u', SNOWFLAKE_PASSWORD: 'p' },
    },
  };
}

test.each([
  ['login-request', 'a login is under way', []],
  ['query-request', 'a statement is running', ['/queries/v1/abort-request']],
])(
  'an abort while %s: the reason is thrown at once, the statement cancelled, and the session closed',
  async (held, _when, cancels) => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const server = await serve(held, () => stop.abort(reason));
    const work = withSnowflake(
      undefined,
      { env: server.env, signal: stop.signal, onProgress: () => undefined },
      (session) => session.change('SELECT 1'),
    );
    await expect(work).rejects.toBe(reason);
    server.release();
    await vi.waitFor(() =>
      expect(server.asked).toEqual(expect.arrayContaining([...cancels, '/session?delete=true'])),
    );
  },
);
