import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type ConnectionOptions } from 'snowflake-sdk';
import { SegmentsError } from '../../errors.js';
import { type Environment } from '../sales-source.js';

/**
 * Connection from SNOWFLAKE_ACCOUNT and SNOWFLAKE_USER with either SNOWFLAKE_PRIVATE_KEY_PATH (PKCS#8 PEM;
 * SNOWFLAKE_PRIVATE_KEY_PASSPHRASE where it is encrypted), SNOWFLAKE_PRIVATE_KEY (the PEM itself) or SNOWFLAKE_PASSWORD.
 * SNOWFLAKE_ROLE, SNOWFLAKE_WAREHOUSE, SNOWFLAKE_DATABASE and SNOWFLAKE_SCHEMA choose what the user's defaults do not;
 * SEGMENTS_SNOWFLAKE_URL is for a proxy or a test server. @throws InvalidConfig
 */
export async function snowflakeSettings(env: Environment): Promise<ConnectionOptions> {
  const account = env['SNOWFLAKE_ACCOUNT'];
  const username = env['SNOWFLAKE_USER'];
  if (!account || !username) {
    const lacking = [account ? [] : ['SNOWFLAKE_ACCOUNT'], username ? [] : ['SNOWFLAKE_USER']].flat();
    throw invalid(`found no ${lacking.join(' and no ')} in the environment`, lacking[0]!);
  }
  const given = (variable: string, name: string): object => (env[variable] ? { [name]: env[variable] } : {});
  return {
    account,
    username,
    application: 'stable_segments',
    ...(await credentials(env)),
    ...given('SEGMENTS_SNOWFLAKE_URL', 'accessUrl'),
    ...given('SNOWFLAKE_ROLE', 'role'),
    ...given('SNOWFLAKE_WAREHOUSE', 'warehouse'),
    ...given('SNOWFLAKE_DATABASE', 'database'),
    ...given('SNOWFLAKE_SCHEMA', 'schema'),
    // The stage's own retry goes on where these end; the driver's defaults would hold a worker for five minutes.
    sfRetryMaxLoginRetries: 2,
    sfRetryMaxNumRetries: 3,
    sfRetryMaxSleepTime: 4,
  } as ConnectionOptions;
}

async function credentials(env: Environment): Promise<object> {
  const file = env['SNOWFLAKE_PRIVATE_KEY_PATH'];
  const key = file ? await readKey(file) : env['SNOWFLAKE_PRIVATE_KEY'];
  if (key) {
    return {
      authenticator: 'SNOWFLAKE_JWT',
      privateKey: unlocked(key, env['SNOWFLAKE_PRIVATE_KEY_PASSPHRASE']),
    };
  }
  if (env['SNOWFLAKE_PASSWORD']) return { password: env['SNOWFLAKE_PASSWORD'] };
  throw invalid(
    'found neither SNOWFLAKE_PRIVATE_KEY_PATH nor SNOWFLAKE_PASSWORD in the environment; expected one of them',
    'SNOWFLAKE_PRIVATE_KEY_PATH',
  );
}

async function readKey(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw invalid(
      `SNOWFLAKE_PRIVATE_KEY_PATH: cannot read ${file}: ${error.code}`,
      'SNOWFLAKE_PRIVATE_KEY_PATH',
    );
  });
}

/** The driver takes an unencrypted PKCS#8 key only. */
function unlocked(pem: string, passphrase: string | undefined): string {
  try {
    const key = createPrivateKey({ key: pem, format: 'pem', ...(passphrase ? { passphrase } : {}) });
    return key.export({ type: 'pkcs8', format: 'pem' }) as string;
  } catch {
    // The reason may quote the key.
    throw invalid(
      'the private key is no PEM, or its passphrase is another one; expected PKCS#8',
      'SNOWFLAKE_PRIVATE_KEY_PATH',
    );
  }
}

function invalid(message: string, where: string): SegmentsError {
  return new SegmentsError('InvalidConfig', message, {
    where,
    remedy: 'Set SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER and a key or password where the worker runs.',
  });
}
