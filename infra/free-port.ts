import { createServer } from 'node:net';

function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}

/** A free TCP port on 127.0.0.1: the wished one where nobody has it, else any. */
export async function freePort(wished = 0): Promise<number> {
  return await listen(wished).catch(() => listen(0));
}
