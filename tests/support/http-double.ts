import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A server on 127.0.0.1 that answers requests with JSON of the caller's choice. */
export async function startHttpDouble(
  answer: (url: string, body: string) => { readonly status: number; readonly json: object },
): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += String(chunk)));
    request.on('end', () => {
      const { status, json } = answer(request.url!, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
