import { SegmentsError } from '../shared/errors.js';

/** Shorter ones are guessed. */
const shortestToken = 16;

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/**
 * The token in the environment variable `name`, or undefined where there is none and none is needed.
 * @throws SegmentsError InvalidInput where anybody could ask, or the token is easily guessed.
 */
export function checkToken(name: string, env: NodeJS.ProcessEnv, host: string): string | undefined {
  const token = env[name];
  const refuse = (problem: string): never => {
    throw new SegmentsError('InvalidInput', `${name}: ${problem}`, {
      where: name,
      remedy: `Set ${name} to a random text, for example of openssl rand -hex 32.`,
    });
  };
  if (token === undefined || token === '') {
    if (isLoopback(host)) return undefined;
    return refuse(`found nothing; expected a token, since --host ${host} can be reached from elsewhere`);
  }
  if (token.length >= shortestToken) return token;
  return refuse(`found ${token.length} characters; expected at least ${shortestToken}`);
}
