import { SegmentsError } from '../../errors.js';
import { TransientFailure } from './transient-failure.js';

const mostRedirects = 5;
const answerMilliseconds = 60_000;

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to the first host alone: whoever a redirect leads to does not get it. */
  readonly authorization?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sends a request and follows its redirects by hand, each as a GET. Answers with whatever status comes at the end.
 * Plain http is refused unless the first URL had it already. @throws TransientFailure, SegmentsError SourceRefused
 */
export async function openUrl(request: HttpRequest): Promise<Response> {
  const first = new URL(request.url);
  let url = first;
  for (let redirects = 0; ; redirects++) {
    const initial = redirects === 0;
    const response = await send(
      url,
      {
        method: initial ? (request.method ?? 'GET') : 'GET',
        redirect: 'manual',
        headers: {
          ...request.headers,
          ...(request.authorization !== undefined && url.origin === first.origin
            ? { authorization: request.authorization }
            : {}),
        },
        ...(initial && request.body !== undefined ? { body: request.body } : {}),
      },
      request.signal,
    );
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    if (redirects === mostRedirects) throw refused(first, `found more than ${mostRedirects} redirects`);
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    const allowed = next?.protocol === 'https:' || (next?.protocol === 'http:' && first.protocol === 'http:');
    if (next === undefined || !allowed) throw refused(first, 'it redirects to what is no https address');
    url = next;
  }
}

async function send(url: URL, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), answerMilliseconds);
  try {
    return await fetch(url.href, { ...init, signal: AbortSignal.any([signal, patience.signal]) });
  } catch (error) {
    signal.throwIfAborted();
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    const what = patience.signal.aborted
      ? `no answer within ${answerMilliseconds / 1000} s`
      : (cause?.code ?? cause?.message ?? (error as Error).message);
    throw new TransientFailure(`${url.origin} cannot be reached: ${what}`, undefined, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function refused(url: URL, found: string): SegmentsError {
  const where = `${url.origin}${url.pathname}`;
  return new SegmentsError('SourceRefused', `${where}: ${found}`, {
    where,
    remedy: 'Give the address at which the file itself is.',
  });
}
