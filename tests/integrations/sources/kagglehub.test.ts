import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cacheFolder } from '../../../infra/cache-folder.js';
import { kaggleDoubleToken, startKaggleDouble } from '../../../infra/services/kaggle-double.js';
import { findPythonEnvironment } from '../../../infra/services/python-environment.js';
import { tempFolder } from '../../support/temp-folder.js';

const exec = promisify(execFile);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const environment = { name: 'kagglehub-1.0.2', requirements: ['kagglehub==1.0.2'] };
const bin = await findPythonEnvironment(environment, process.env, cacheFolder(process.env), say).catch(
  (error: unknown) => {
    say(`kagglehub cannot be had (${String(error).split('\n')[0]}): its test is skipped`);
    return undefined;
  },
);

/** Its own test environment has a port that may be taken: the double's address is put in its place. */
const script = `
import os, kagglesdk.kaggle_env as env
env._env_to_endpoint[env.KaggleEnv.TEST] = os.environ['DOUBLE']
import kagglehub
for handle in ['owner/slug', 'owner/slug/versions/1']:
    print('got', kagglehub.dataset_download(handle, path='data/sales.csv'))
`;

describe.skipIf(bin === undefined)('the double of Kaggle', () => {
  test("speaks what Kaggle's own client speaks: it finds the newest version, follows the redirect, and has both versions' bytes", async () => {
    const double = await startKaggleDouble();
    onTestFinished(() => double.close());
    const [first, second] = ['shop_id\n1\n', 'shop_id\n2\n'].map((text) => Buffer.from(text.repeat(5000)));
    for (const bytes of [first!, second!]) double.publish('owner/slug', { 'data/sales.csv': bytes });
    const { stdout } = await exec(path.join(bin!, 'python'), ['-c', script], {
      env: {
        PATH: process.env['PATH'],
        DOUBLE: double.endpoint,
        KAGGLE_API_ENVIRONMENT: 'TEST',
        KAGGLE_API_TOKEN: kaggleDoubleToken,
        ...{ HOME: await tempFolder(), KAGGLEHUB_CACHE: await tempFolder() },
      },
    });
    const [newest, named] = [...stdout.matchAll(/^got (.*)$/gm)].map(([, file]) => file);
    expect((await readFile(newest!)).equals(second!)).toBe(true);
    expect((await readFile(named!)).equals(first!)).toBe(true);
    for (const { host, authorization } of double.requests)
      expect(authorization).toBe(host === 'api' ? `Bearer ${kaggleDoubleToken}` : undefined);
  }, 120_000);
});
