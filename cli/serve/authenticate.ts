import { type onRequestAsyncHookHandler } from 'fastify';
import { isSameSecret } from '../../shared/same-secret.js';
import { HttpProblem } from './problem.js';

/**
 * Lets through who sends the token as `Authorization: Bearer …` (RFC 6750). Compared by digests and in constant time, so
 * that neither its length nor how much of it was right can be measured. Runs before the body is read.
 */
export function requireToken(token: string): onRequestAsyncHookHandler {
  return async (request) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
    if (given !== undefined && isSameSecret(given, token)) return;
    const detail = 'expected Authorization: Bearer and the token of SEGMENTS_API_TOKEN';
    throw new HttpProblem(401, 'The token is missing or wrong', detail);
  };
}
