import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SegmentsError } from '../errors.js';
import { excerpt, throwIfTransient } from './http/check-status.js';
import { download } from './http/download.js';
import { openUrl } from './http/open-url.js';
import { type SourceContext } from './sales-source.js';

/**
 * Downloads what lies at an https address to scratch, and gives the file's path there. SEGMENTS_SOURCE_TOKEN goes to the
 * server that SEGMENTS_SOURCE_URL names and to no other.
 * Throws InvalidInput, SourceNotFound, CredentialsRefused, SourceRefused, SourceUnavailable.
 */
export async function fetchWebFile(
  address: string,
  { scratch, env, signal, onProgress }: SourceContext,
  mostBytes: number,
): Promise<string> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const local = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
  if (url === undefined || url.username !== '' || (url.protocol !== 'https:' && !local)) {
    throw new SegmentsError(
      'InvalidInput',
      'source.path: expected an https address without user and password',
      {
        where: 'source.path',
        remedy:
          'Give https://host/path; a token goes into SEGMENTS_SOURCE_TOKEN, its server into SEGMENTS_SOURCE_URL, where the worker runs.',
      },
    );
  }
  // A signed address is a secret: what follows the path is not repeated.
  const where = `${url.origin}${url.pathname}`;
  // Whoever may name an address in an input may not learn the token of the worker by it.
  const own = originOf(env['SEGMENTS_SOURCE_URL']) === url.origin;
  const token = own ? env['SEGMENTS_SOURCE_TOKEN'] : undefined;
  const target = join(scratch, `download-${createHash('sha256').update(address).digest('hex').slice(0, 16)}`);
  await download({
    async request(headers) {
      const authorization = token ? `Bearer ${token}` : undefined;
      const response = await openUrl({ url: address, headers, authorization, signal });
      await throwIfTransient(response);
      if (response.status === 200 || response.status === 206 || response.status === 416) return response;
      throw refusal(response.status, await excerpt(response), where);
    },
    target,
    mostBytes,
    where,
    onProgress,
    signal,
  });
  return target;
}

const originOf = (address: string | undefined): string | undefined =>
  address !== undefined && URL.canParse(address) ? new URL(address).origin : undefined;

function refusal(status: number, said: string, where: string): SegmentsError {
  const message = `${where}: HTTP ${status}${said}`;
  if (status === 401 || status === 403) {
    const remedy =
      'Give a token that may read it: SEGMENTS_SOURCE_TOKEN, with SEGMENTS_SOURCE_URL naming this server; a signed address may have expired.';
    return new SegmentsError('CredentialsRefused', message, { where, remedy });
  }
  const code = status === 404 || status === 410 ? 'SourceNotFound' : 'SourceRefused';
  return new SegmentsError(code, message, {
    where,
    remedy: 'Check the address in a browser of that machine.',
  });
}
