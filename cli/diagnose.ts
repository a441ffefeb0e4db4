import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../infra/cache-folder.js';
import { connectClient } from '../infra/temporal/connect.js';
import { findTemporal } from '../infra/temporal/find-executable.js';
import { openStore } from '../shared/artifacts/open-store.js';
import { isPattern } from '../shared/sources/files/file-pattern.js';
import { SegmentsError } from '../shared/errors.js';
import { nameOfSource } from '../shared/sources/open-source.js';
import { postgresSettings } from '../shared/sources/postgres/connection-settings.js';
import { snowflakeSettings } from '../shared/sources/snowflake/connection-settings.js';
import { serverIsNamed } from './open-engine.js';
import { type Settings } from './settings.js';

export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'wrong';
  readonly found: string;
  /** What to do, where something is to be done. */
  readonly remedy?: string;
}

type Check = () => Promise<Omit<Finding, 'what'>>;

/** Runs every check, whatever the others say. */
export async function diagnose(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  note: (text: string) => void,
): Promise<Finding[]> {
  const checks: [string, Check][] = [
    ['Node', node],
    ['Temporal server', () => server(env, note)],
    ['artifact store', () => store(settings.artifacts)],
    ['source', () => source(settings, env)],
    ['tfjs-node', native],
    ['Kaggle credentials', () => kaggle(env)],
  ];
  const findings: Finding[] = [];
  for (const [what, check] of checks) findings.push({ what, ...(await check().catch(wrong)) });
  return findings;
}

function wrong(error: unknown): Omit<Finding, 'what'> {
  if (error instanceof SegmentsError) return { state: 'wrong', found: error.message, remedy: error.remedy };
  return { state: 'wrong', found: String(error), remedy: 'Run with NODE_DEBUG for details, or report it.' };
}

async function node(): Promise<Omit<Finding, 'what'>> {
  return { state: 'ok', found: `${process.versions.node} (20 or newer)` };
}

async function server(env: NodeJS.ProcessEnv, note: (text: string) => void): Promise<Omit<Finding, 'what'>> {
  if (serverIsNamed()) {
    const client = await connectClient(undefined);
    const { namespace } = client.options;
    await client.connection.workflowService.describeNamespace({ namespace });
    await client.connection.close();
    return { state: 'ok', found: `the profile's server answers, namespace ${namespace}` };
  }
  const { path: executable, origin } = await findTemporal(env, cacheFolder(env), note);
  return { state: 'ok', found: `dev server from ${origin}: ${executable}` };
}

async function store(uri: string): Promise<Omit<Finding, 'what'>> {
  const opened = openStore(uri);
  const key = `index/.doctor-${process.pid}`;
  const first = await opened.swap(key, new TextEncoder().encode('1'), undefined);
  const second = await opened.swap(key, new TextEncoder().encode('2'), undefined);
  await opened.remove(key);
  if (first && !second) return { state: 'ok', found: `${uri} reads, writes, and keeps conditional writes` };
  return {
    state: 'wrong',
    found: `${uri} ignores conditional writes, so two publishers could both win`,
    remedy: 'Use a store that honours If-None-Match and If-Match (S3, MinIO, versitygw).',
  };
}

async function source({ source: found }: Settings, env: NodeJS.ProcessEnv): Promise<Omit<Finding, 'what'>> {
  if (found === undefined)
    return {
      state: 'note',
      found: 'none named',
      remedy: 'Give --source, or source in segments.config.yaml.',
    };
  if (found.kind === 'postgres') {
    const { where } = await postgresSettings(env);
    return { state: 'ok', found: `${where}, read when a run asks` };
  }
  if (found.kind === 'snowflake') {
    const { account, username } = await snowflakeSettings(env);
    return { state: 'ok', found: `snowflake account ${account} as ${username}, read when a run asks` };
  }
  if (!('path' in found) || /^[a-z0-9]+:\/\//i.test(found.path))
    return { state: 'ok', found: `${nameOfSource(found)}, read when a run asks` };
  await access(found.path).catch(() => {
    if (isPattern(found.path)) return;
    throw new SegmentsError('SourceNotFound', `found no file ${found.path}`, {
      where: 'source.path',
      remedy: 'Correct the path.',
    });
  });
  return { state: 'ok', found: found.path };
}

async function native(): Promise<Omit<Finding, 'what'>> {
  try {
    await import('@tensorflow/tfjs-node' as string);
    return { state: 'ok', found: 'installed' };
  } catch {
    return {
      state: 'note',
      found: 'not installed; only autoencoder.backend tfjs-node needs it',
      remedy:
        'npm install @tensorflow/tfjs-node; where that fails, infra/tfjs-node/build.sh of a checkout builds it.',
    };
  }
}

async function kaggle(env: NodeJS.ProcessEnv): Promise<Omit<Finding, 'what'>> {
  if (env['KAGGLE_API_TOKEN'] || (env['KAGGLE_USERNAME'] && env['KAGGLE_KEY']))
    return { state: 'ok', found: 'in the environment' };
  for (const name of ['access_token', 'kaggle.json']) {
    const file = path.join(env['KAGGLE_CONFIG_DIR'] || path.join(homedir(), '.kaggle'), name);
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return { state: 'ok', found: file };
  }
  return {
    state: 'note',
    found: 'none; only Kaggle sources need them',
    remedy: 'Set KAGGLE_API_TOKEN, or put access_token into ~/.kaggle.',
  };
}
