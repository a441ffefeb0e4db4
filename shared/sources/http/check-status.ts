import { TransientFailure } from './transient-failure.js';

/**
 * Throws TransientFailure for an answer that another time may not be (408, 425, 429, 5xx), with the pause that
 * Retry-After asks for. Any other status is the caller's to judge.
 */
export async function throwIfTransient(response: Response): Promise<void> {
  const { status, headers } = response;
  if (status < 500 && status !== 408 && status !== 425 && status !== 429) return;
  const said = await excerpt(response);
  throw new TransientFailure(`HTTP ${status}${said}`, retryAfter(headers.get('retry-after')));
}

/** What an answer says for itself, shortened, with a colon before it. */
export async function excerpt(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  let said = text;
  try {
    said = String((JSON.parse(text) as { message?: unknown }).message ?? text);
  } catch {
    // Not JSON: the text itself.
  }
  said = said.replace(/\s+/g, ' ').trim().slice(0, 200);
  return said === '' ? '' : `: ${said}`;
}

/** Milliseconds from now: Retry-After holds seconds or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : undefined;
}
