import { SegmentsError } from '../shared/errors.js';

/** Shorter ones are guessed. */
const shortestToken = 16;

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/**
 * SEGMENTS_API_TOKEN, or undefined where there is none and none is needed.
 * @throws SegmentsError InvalidInput where anybody could ask, or the token is easily guessed.
 */
export function checkToken(token: string | undefined, host: string): string | undefined {
  const what = {
    where: 'SEGMENTS_API_TOKEN',
    remedy: 'Set SEGMENTS_API_TOKEN to a random text, for example of openssl rand -hex 32.',
  };
  if (token === undefined || token === '') {
    if (isLoopback(host)) return undefined;
    throw new SegmentsError(
      'InvalidInput',
      `SEGMENTS_API_TOKEN: found nothing; expected a token, since --host ${host} can be reached from elsewhere`,
      what,
    );
  }
  if (token.length >= shortestToken) return token;
  throw new SegmentsError(
    'InvalidInput',
    `SEGMENTS_API_TOKEN: found ${token.length} characters; expected at least ${shortestToken}`,
    what,
  );
}
