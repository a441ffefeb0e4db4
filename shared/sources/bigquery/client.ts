import { BigQuery, type BigQueryOptions } from '@google-cloud/bigquery';
import { type Source } from '../../contracts/source.js';
import { storageScope } from './cloud-storage.js';
import { type Environment } from '../sales-source.js';

export type BigQuerySource = Extract<Source, { kind: 'bigquery' }>;

/** An emulator asks nobody who they are, but Google's client uploads nothing without somebody to ask for headers. */
const nobody = {
  getRequestHeaders: () => Promise.resolve(new Headers()),
} as unknown as NonNullable<BigQueryOptions['authClient']>;

/** What sources and sinks say of where BigQuery is. */
export interface BigQueryPlace {
  readonly project?: string | undefined;
  readonly location?: string | undefined;
  /** Where a source's rows go by way of a bucket, which the credentials have to cover too. */
  readonly exportTo?: string | undefined;
}

/**
 * Credentials are those of Google's own clients: GOOGLE_APPLICATION_CREDENTIALS, else the machine's default. The project
 * that pays is `project`, else GOOGLE_CLOUD_PROJECT, else the one of the credentials.
 * SEGMENTS_BIGQUERY_ENDPOINT leads to an emulator; the client's own BIGQUERY_EMULATOR_HOST would have to hold the API's path too.
 */
export function bigQueryClient({ project, location, exportTo }: BigQueryPlace, env: Environment): BigQuery {
  const emulator = env['SEGMENTS_BIGQUERY_ENDPOINT'];
  const keyFilename = env['GOOGLE_APPLICATION_CREDENTIALS'];
  const projectId = project ?? (env['GOOGLE_CLOUD_PROJECT'] || undefined);
  return new BigQuery({
    userAgent: 'stable-segments',
    ...(exportTo === undefined ? {} : { scopes: [storageScope] }),
    ...(projectId === undefined ? {} : { projectId }),
    ...(location === undefined ? {} : { location }),
    ...(keyFilename ? { keyFilename } : {}),
    ...(emulator
      ? { apiEndpoint: /^https?:/.test(emulator) ? emulator : `http://${emulator}`, authClient: nobody }
      : {}),
  });
}
