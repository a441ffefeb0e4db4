import { type Manifest } from '../../artifacts/manifest.js';
import { readChampion } from '../../artifacts/run-index.js';
import { type ArtifactStore } from '../../artifacts/store.js';
import { type MlflowClient } from './mlflow-client.js';

const alias = 'champion';
const aliasAttempts = 5;
const runIdTag = 'segments.run_id';

interface ModelVersion {
  readonly version: string;
  readonly run_id?: string;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

/** The version of the registered model that stands for a run, made where there is none. */
export async function registerVersion(
  client: MlflowClient,
  name: string,
  run: { readonly run_id: string; readonly artifact_uri: string },
  { runId, asOf, codeVersion }: Manifest,
): Promise<string> {
  await client.postUnless('RESOURCE_ALREADY_EXISTS', 'registered-models/create', {
    name,
    description: 'Encoder, mixture and segments of a published month; the alias champion is what scores now.',
  });
  const present = await versionOf(client, name, (version) => version.run_id === run.run_id);
  if (present !== undefined) return present;
  const { model_version } = await client.post<{ model_version: ModelVersion }>('model-versions/create', {
    name,
    source: `${run.artifact_uri}/model`,
    run_id: run.run_id,
    description: asOf,
    tags: [
      { key: runIdTag, value: runId },
      { key: 'segments.as_of', value: asOf },
      { key: 'segments.code_version', value: codeVersion },
    ],
  });
  return model_version.version;
}

/** The newest version of `name` that `isWanted` takes. */
async function versionOf(
  client: MlflowClient,
  name: string,
  isWanted: (version: ModelVersion) => boolean,
): Promise<string | undefined> {
  let page_token: string | undefined;
  do {
    const found: { model_versions?: ModelVersion[]; next_page_token?: string } = await client.get(
      'model-versions/search',
      {
        filter: `name = '${name.replaceAll("'", "\\'")}'`,
        max_results: '200',
        ...(page_token === undefined ? {} : { page_token }),
      },
    );
    const wanted = found.model_versions?.find(isWanted);
    if (wanted !== undefined) return wanted.version;
    page_token = found.next_page_token || undefined;
  } while (page_token !== undefined);
  return undefined;
}

/**
 * Points the alias at the version of the store's champion, where that one has a version. Asked of the store again after
 * each move: of two trackers the one that sees the older champion turns nothing back for good.
 */
export async function moveChampionAlias(
  client: MlflowClient,
  name: string,
  store: ArtifactStore,
): Promise<void> {
  for (let attempt = 0; attempt < aliasAttempts; attempt++) {
    const champion = await readChampion(store);
    if (champion === undefined) return;
    const version = await versionOf(
      client,
      name,
      ({ tags }) => tags?.some(({ key, value }) => key === runIdTag && value === champion.runId) ?? false,
    );
    // The champion has not been tracked yet, or before there was tracking: sync-mlflow makes up for it.
    if (version === undefined) return;
    await client.post('registered-models/alias', { name, alias, version });
    if ((await readChampion(store))?.runId === champion.runId) return;
  }
}
