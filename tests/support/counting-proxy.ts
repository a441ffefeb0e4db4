import { createServer, request } from 'node:http';
import { type AddressInfo } from 'node:net';

/** An HTTP proxy in front of a server that counts the bytes of the bodies that come from it. */
export async function startCountingProxy(
  target: string,
): Promise<{ readonly endpoint: string; bytes(): number; close(): Promise<void> }> {
  const { hostname, port } = new URL(target);
  let bytes = 0;
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
