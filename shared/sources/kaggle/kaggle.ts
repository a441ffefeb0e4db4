import { SegmentsError } from '../../errors.js';
import { csvSource } from '../csv.js';
import { download } from '../http/download.js';
import { parquetSource } from '../parquet.js';
import { type Environment, type SalesSource, type SourceContext } from '../sales-source.js';
import { kaggleCredentials } from './credentials.js';
import { cachedFile, isCached, kaggleCache, markComplete } from './dataset-cache.js';
import { type DatasetVersion, KaggleClient } from './kaggle-client.js';

const kaggleApi = 'https://api.kaggle.com';
/** Kaggle's own limit of a dataset is 200 GB; sales are far from it. */
const mostBytes = 64 * 2 ** 30;

/**
 * One file of a Kaggle dataset, CSV (plain, gzip, zip) or Parquet. A version never changes, so that it is downloaded
 * once and then read from the cache; where the source names it, without asking Kaggle. The fingerprint holds it.
 */
export const kaggleSource: SalesSource<'kaggle'> = {
  kind: 'kaggle',
  async stage(source, context) {
    const { env, signal } = context;
    const [ownerSlug, datasetSlug] = source.dataset.split('/') as [string, string];
    const client = new KaggleClient(endpoint(env), await kaggleCredentials(env), signal);
    const version = source.version ?? (await client.currentVersion(ownerSlug, datasetSlug));
    const dataset = { ownerSlug, datasetSlug, datasetVersionNumber: version };
    const fileName = source.file ?? (await onlyDataFile(client, dataset, source.dataset));
    const path = await fetchFile(client, dataset, fileName, context);
    const file = { path, columns: source.columns };
    const staged = /\.parquet$/i.test(fileName)
      ? await parquetSource.stage({ kind: 'parquet', ...file }, context)
      : await csvSource.stage({ kind: 'csv', ...file }, context);
    return {
      ...staged,
      fingerprint: {
        ...staged.fingerprint,
        kind: 'kaggle',
        version: `${source.dataset} version ${version}, ${fileName}`,
      },
    };
  },
};

async function fetchFile(
  client: KaggleClient,
  dataset: DatasetVersion,
  fileName: string,
  { env, signal, onProgress }: SourceContext,
): Promise<string> {
  const name = `${dataset.ownerSlug}/${dataset.datasetSlug}`;
  const target = cachedFile(kaggleCache(env), name, dataset.datasetVersionNumber, fileName);
  if (await isCached(target)) return target;
  const downloaded = await download({
    request: (headers) => client.file(dataset, fileName, headers),
    target,
    mostBytes,
    where: `kaggle:${name}/${fileName}`,
    onProgress,
    signal,
  });
  await markComplete(target, downloaded);
  return target;
}

/** The file that the sales are in, where the dataset leaves no choice. */
async function onlyDataFile(client: KaggleClient, dataset: DatasetVersion, name: string): Promise<string> {
  const files = await client.files(dataset);
  const candidates = files.filter((file) => /\.(csv|tsv|txt|csv\.gz|csv\.zip|parquet)$/i.test(file));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const shown = (candidates.length > 0 ? candidates : files).slice(0, 10).join(', ') || 'nothing';
  const where = `kaggle:${name}`;
  throw new SegmentsError(
    'SourceUnreadable',
    `${where}: found ${candidates.length} files that may hold sales (${shown}); expected one`,
    {
      where,
      remedy: 'Name the file: { "kind": "kaggle", "dataset": …, "file": … }, or kaggle:OWNER/SLUG/FILE.',
    },
  );
}

/** SEGMENTS_KAGGLE_ENDPOINT is for a proxy or a test server; credentials go there, so it is https or this machine. */
function endpoint(env: Environment): string {
  const named = env['SEGMENTS_KAGGLE_ENDPOINT'];
  if (!named) return kaggleApi;
  const url = URL.canParse(named) ? new URL(named) : undefined;
  const local = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
  if (url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && local))) {
    return named.replace(/\/+$/, '');
  }
  throw new SegmentsError('InvalidConfig', 'SEGMENTS_KAGGLE_ENDPOINT is no https address', {
    where: 'SEGMENTS_KAGGLE_ENDPOINT',
    remedy: `Remove it, and ${kaggleApi} is asked.`,
  });
}
