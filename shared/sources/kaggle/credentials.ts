import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { SegmentsError } from '../../errors.js';
import { type Environment } from '../sales-source.js';

export interface KaggleCredentials {
  /** Value of the Authorization header. */
  readonly authorization: string;
  /** Where they were found, for messages. */
  readonly origin: string;
}

/**
 * Credentials in the order of Kaggle's own clients: KAGGLE_API_TOKEN (a token, or the file that holds one),
 * `~/.kaggle/access_token`, KAGGLE_USERNAME with KAGGLE_KEY, then `kaggle.json` in KAGGLE_CONFIG_DIR, `~/.kaggle` or
 * `$XDG_CONFIG_HOME/kaggle`. Public datasets can be read without any. @throws InvalidConfig
 */
export async function kaggleCredentials(env: Environment): Promise<KaggleCredentials | undefined> {
  const home = env['HOME'] || homedir();
  const named = env['KAGGLE_API_TOKEN']?.trim();
  if (named) {
    const token = (await textOf(named)) ?? named;
    return bearer(token, 'KAGGLE_API_TOKEN');
  }
  const tokenFile = path.join(home, '.kaggle', 'access_token');
  const token = await textOf(tokenFile);
  if (token) return bearer(token, tokenFile);
  const { KAGGLE_USERNAME: username, KAGGLE_KEY: key } = env;
  if (username && key) return basic(username, key, 'KAGGLE_USERNAME and KAGGLE_KEY');
  const folders = [
    ...(env['KAGGLE_CONFIG_DIR'] ? [env['KAGGLE_CONFIG_DIR']] : []),
    path.join(home, '.kaggle'),
    path.join(env['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'kaggle'),
  ];
  for (const folder of folders) {
    const file = path.join(folder, 'kaggle.json');
    const text = await textOf(file);
    if (text !== undefined) return fromJson(text, file);
  }
  return undefined;
}

async function textOf(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}

function bearer(token: string, origin: string): KaggleCredentials {
  // A line break would end the header and begin another one.
  if (!/^[\x21-\x7e]+$/.test(token)) throw invalid(origin, 'it holds no token');
  return { authorization: `Bearer ${token}`, origin };
}

function basic(username: string, key: string, origin: string): KaggleCredentials {
  return { authorization: `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}`, origin };
}

function fromJson(text: string, file: string): KaggleCredentials {
  let parsed: { username?: unknown; key?: unknown };
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    throw invalid(file, 'it is not JSON');
  }
  const { username, key } = parsed;
  if (typeof username === 'string' && typeof key === 'string') return basic(username, key, file);
  throw invalid(file, 'it lacks username or key');
}

function invalid(origin: string, found: string): SegmentsError {
  return new SegmentsError('InvalidConfig', `credentials of Kaggle from ${origin}: ${found}`, {
    where: origin,
    remedy: 'Create a new API token in the settings of your Kaggle account, and store it there.',
  });
}
