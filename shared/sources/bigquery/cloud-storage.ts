import { Readable } from 'node:stream';
import { type ReadableStream } from 'node:stream/web';
import { type BigQuery } from '@google-cloud/bigquery';
import { pourToFile } from '../pour-to-file.js';
import { type Environment } from '../sales-source.js';

/** What Cloud Storage is asked besides what BigQuery's own scope allows: to list, read and remove what was exported. */
export const storageScope = 'https://www.googleapis.com/auth/devstorage.read_write';

/** A folder of a bucket, by the JSON API of Cloud Storage. Errors carry the HTTP status as `code`, as BigQuery's do. */
export interface CloudFolder {
  /** Names and sizes of the objects, in order. */
  list(): Promise<{ readonly name: string; readonly size: number }[]>;
  download(name: string, path: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/**
 * Opens `gs://bucket/prefix` with the credentials of a BigQuery client, which needs `storageScope`. SEGMENTS_GCS_ENDPOINT leads
 * to an emulator, which is shown none.
 */
export function openCloudFolder(
  client: Pick<BigQuery, 'authClient'>,
  uri: string,
  env: Environment,
  signal: AbortSignal,
): CloudFolder {
  const [, bucket, prefix] = /^gs:\/\/([^/]+)\/(.*)$/.exec(uri)!;
  const emulator = env['SEGMENTS_GCS_ENDPOINT'];
  const root = `${emulator || 'https://storage.googleapis.com'}/storage/v1/b/${encodeURIComponent(bucket!)}/o`;
  const call = async (path: string, method = 'GET'): Promise<Response> => {
    const url = `${root}${path}`;
    const headers = emulator ? new Headers() : await client.authClient.getRequestHeaders(url);
    const response = await fetch(url, { method, headers, signal });
    if (response.ok) return response;
    await response.body?.cancel();
    throw Object.assign(new Error(`${uri}: Cloud Storage answered ${response.status} to ${method}`), {
      code: response.status,
    });
  };
  return {
    async list() {
      const found: { name: string; size: number }[] = [];
      let token: string | undefined;
      do {
        const query = new URLSearchParams({
          prefix: prefix!,
          ...(token === undefined ? {} : { pageToken: token }),
        });
        const page = (await (await call(`?${query}`)).json()) as {
          items?: { name: string; size: string }[];
          nextPageToken?: string;
        };
        found.push(...(page.items ?? []).map(({ name, size }) => ({ name, size: Number(size) })));
        token = page.nextPageToken;
      } while (token !== undefined);
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async download(name, path) {
      const response = await call(`/${encodeURIComponent(name)}?alt=media`);
      const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
      await pourToFile(body, path, () => undefined, signal);
    },
    async remove(name) {
      await call(`/${encodeURIComponent(name)}`, 'DELETE');
    },
  };
}
