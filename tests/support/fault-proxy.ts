import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** What the proxy does to one request; `lost answer` lets the server do the work and drops what it says. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'status'; readonly status: 500 | 503 }
  | { readonly kind: 'reset' }
  | { readonly kind: 'lost answer' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Breaks off the body after a share of it. */
  | { readonly kind: 'truncated'; readonly share: number };

export interface FaultProxy {
  readonly endpoint: string;
  /** Faults for the next requests of that method, in order; then all is passed on. */
  plan(method: string, faults: readonly Fault[]): void;
  /** Requests of that method so far. */
  count(method: string): number;
  close(): Promise<void>;
}

/** An HTTP proxy in front of a real server that answers wrongly as planned. It keeps Host, so that signatures stay valid. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const upstream = new URL(target);
  const plans = new Map<string, Fault[]>();
  const counts = new Map<string, number>();

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault | undefined): void => {
    const onward = request(
      {
        host: upstream.hostname,
        port: upstream.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (answer) => {
        if (fault?.kind === 'lost answer') {
          answer.resume();
          answer.on('end', () => outgoing.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode!, answer.headers);
        if (fault?.kind !== 'truncated') {
          answer.pipe(outgoing);
          return;
        }
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const body = Buffer.concat(chunks);
          outgoing.write(body.subarray(0, Math.floor(body.length * fault.share)), () => outgoing.destroy());
        });
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };

  const server = createServer((incoming, outgoing) => {
    const method = incoming.method!;
    counts.set(method, (counts.get(method) ?? 0) + 1);
    const fault = plans.get(method)?.shift();
    if (fault?.kind === 'reset') incoming.socket.resetAndDestroy();
    else if (fault?.kind === 'silent') incoming.resume();
    else if (fault?.kind === 'status') {
      incoming.resume();
      incoming.on('end', () => outgoing.writeHead(fault.status).end());
    } else if (fault?.kind === 'slow')
      setTimeout(() => forward(incoming, outgoing, undefined), fault.milliseconds);
    else forward(incoming, outgoing, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan: (method, faults) => void plans.set(method, [...faults]),
    count: (method) => counts.get(method) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
