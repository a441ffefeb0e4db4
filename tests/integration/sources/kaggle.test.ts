import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  kaggleDoubleToken,
  type KaggleFault,
  startKaggleDouble,
} from '../../../infra/services/kaggle-double.js';
import { type Source } from '../../../shared/contracts/source.js';
import { type Environment } from '../../../shared/sources/sales-source.js';
import { tempFolder } from '../../support/temp-folder.js';
import { zipArchive } from '../../unit/sources/zip-archive.js';
import { ingestPlaced, type Outcome, refusalOf } from './source-contract.js';

const double = await startKaggleDouble();
afterAll(() => double.close());

const csv = (quantity: number): Buffer =>
  Buffer.from(
    `shop_id,product_id,year,month,sales_qty\n${Array.from({ length: 400 }, (_, i) => `S${i},p,2023,1,${quantity}`).join('\n')}\n`,
  );
double.publish('owner/sales', {
  'readme.md': Buffer.from('#'),
  LICENSE: Buffer.from('x'),
  'shop-sales-data.csv': csv(1),
});
const dataset = 'owner/sales';

let env: Environment & { HOME: string };
let count = 0;
beforeEach(async () => {
  const folder = await tempFolder();
  env = {
    HOME: folder,
    XDG_CACHE_HOME: path.join(folder, 'cache'),
    KAGGLE_API_TOKEN: kaggleDoubleToken,
    SEGMENTS_KAGGLE_ENDPOINT: double.endpoint,
  };
  double.requests.length = 0;
  double.plan('api', []);
  double.plan('storage', []);
  count++;
});

const kaggle = (more: Partial<Extract<Source, { kind: 'kaggle' }>> = {}): Source => ({
  kind: 'kaggle',
  dataset,
  ...more,
});
const asked = (): string[] => double.requests.map(({ name }) => name);
const read = async (source: Source = kaggle()): Promise<NonNullable<Outcome['sales']>> => {
  const { sales, error } = await ingestPlaced({ source, env });
  expect(error).toBeUndefined();
  return sales!;
};

describe('a Kaggle dataset', () => {
  test('its only data file is found on any page of the listing; the token goes to the API and not to the storage', async () => {
    const { counts, fingerprint } = await read();
    expect(counts.used).toBe(400);
    expect(fingerprint).toMatchObject({
      kind: 'kaggle',
      bytes: csv(1).length,
      version: 'owner/sales version 1, shop-sales-data.csv',
    });
    expect(asked()).toEqual([
      'GetDataset',
      'ListDatasetFiles',
      'ListDatasetFiles',
      'DownloadDataset',
      'shop-sales-data.csv',
    ]);
    for (const { host, authorization } of double.requests) {
      expect(authorization).toBe(host === 'api' ? `Bearer ${kaggleDoubleToken}` : undefined);
    }
  });

  test('is downloaded once a version: another run asks for the number only, and one that names it asks nothing', async () => {
    const name = `owner/versions-${count}`;
    double.publish(name, { 'a.csv': csv(1) });
    const source = kaggle({ dataset: name, file: 'a.csv' });
    await read(source);
    double.requests.length = 0;
    await read(source);
    expect(asked()).toEqual(['GetDataset']);
    double.requests.length = 0;
    await read({ ...source, version: 1 } as Source);
    expect(asked()).toEqual([]);
    double.publish(name, { 'a.csv': csv(2) });
    expect((await read(source)).fingerprint.version).toBe(`${name} version 2, a.csv`);
    expect((await read({ ...source, version: 1 } as Source)).fingerprint.version).toContain('version 1');
  });

  test('a file in the cache whose length is not that of its marker is downloaded anew', async () => {
    const source = kaggle({ version: 1, file: 'shop-sales-data.csv' });
    await read(source);
    const folder = path.join(env['XDG_CACHE_HOME']!, 'stable-segments/kaggle/owner/sales/1');
    const names = await readdir(folder);
    expect(names).toHaveLength(2);
    await writeFile(
      path.join(
        folder,
        names.find((name) => name.endsWith('.csv'))!,
      ),
      'cut',
    );
    expect((await read(source)).counts.used).toBe(400);
  });

  test('a download that is cut goes on where it was, again and again, and comes whole', async () => {
    double.plan('storage', Array<KaggleFault>(6).fill({ kind: 'cut', share: 0.5 }));
    expect((await read()).counts.used).toBe(400);
    const ranges = double.requests.filter(({ host }) => host === 'storage').map(({ range }) => range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range!))).toBe(true);
    expect(ranges).toHaveLength(7);
  });

  test('what a stopped process had downloaded is used by the next one', async () => {
    double.plan('storage', [
      { kind: 'cut', share: 0.5 },
      ...Array<KaggleFault>(6).fill({ kind: 'cut', share: 0 }),
    ]);
    await refusalOf({ source: kaggle(), env });
    double.requests.length = 0;
    await read();
    expect(double.requests.at(-1)!.range).toBe(`bytes=${Math.floor(csv(1).length / 2)}-`);
  });

  test('two that download one file at once both get it whole, and leave no part behind', async () => {
    double.plan('storage', [{ kind: 'slow' }, { kind: 'cut', share: 0.5 }, { kind: 'slow' }]);
    const whole = createHash('sha256').update(csv(1)).digest('hex');
    const source = kaggle({ version: 1, file: 'shop-sales-data.csv' });
    const both = await Promise.all([read(source), read(source)]);
    expect(both.map(({ fingerprint }) => fingerprint.sha256)).toEqual([whole, whole]);
    expect(double.requests.filter(({ host }) => host === 'storage')).toHaveLength(3);
    const folder = path.join(env['XDG_CACHE_HOME']!, 'stable-segments/kaggle/owner/sales/1');
    expect(await readdir(folder)).toHaveLength(2);
  });

  test('a server that knows no Range begins anew', async () => {
    double.plan('storage', [{ kind: 'cut', share: 0.5 }, { kind: 'ignores Range' }]);
    expect((await read()).counts.used).toBe(400);
  });

  test('a body whose MD5 is not the one promised is downloaded again; one that never is right is not used', async () => {
    double.plan('storage', [{ kind: 'flipped bit' }]);
    expect((await read()).counts.used).toBe(400);
    const source = kaggle({ dataset: 'owner/flipped' });
    double.publish('owner/flipped', { 'a.csv': csv(1) });
    double.plan('storage', Array<KaggleFault>(9).fill({ kind: 'flipped bit' }));
    const error = await refusalOf({ source, env });
    expect([error.code, error.message]).toEqual([
      'SourceUnavailable',
      expect.stringContaining('MD5') as string,
    ]);
  });

  test('429 is repeated after the pause that it asks for; a pause of minutes is left to the next attempt of the stage', async () => {
    double.plan('api', [{ kind: 'status', status: 429, retryAfter: '1' }]);
    const before = performance.now();
    expect((await read()).counts.used).toBe(400);
    expect(performance.now() - before).toBeGreaterThan(990);
    double.plan('api', [{ kind: 'status', status: 429, retryAfter: '600' }]);
    const error = await refusalOf({ source: kaggle(), env });
    expect([error.code, error.message]).toEqual([
      'SourceUnavailable',
      expect.stringContaining('600 s') as string,
    ]);
  });

  test('5xx is repeated, at the API and at the storage', async () => {
    double.plan('api', [{ kind: 'status', status: 503 }]);
    double.plan('storage', [{ kind: 'status', status: 500 }]);
    expect((await read()).counts.used).toBe(400);
  });

  test.each([
    ['401', { KAGGLE_API_TOKEN: 'wrong-secret' }, dataset, 'CredentialsRefused', 'KAGGLE_API_TOKEN'],
    ['403', {}, 'owner/forbidden', 'CredentialsRefused', 'may not read it'],
    ['403', { KAGGLE_API_TOKEN: '' }, 'owner/forbidden', 'CredentialsRefused', 'not public'],
    ['404', {}, 'owner/nothing', 'SourceNotFound', 'owner/slug'],
    ['404', { KAGGLE_API_TOKEN: '' }, 'owner/private', 'SourceNotFound', 'without credentials'],
  ])('%s is final, with what to do (%j, %s)', async (status, given, name, code, remedy) => {
    double.publish('owner/private', { 'a.csv': csv(1) });
    const error = await refusalOf({ source: kaggle({ dataset: name }), env: { ...env, ...given } });
    expect(error).toMatchObject({ code, retryable: false });
    expect(error.message).toContain(`HTTP ${status}`);
    expect(error.remedy).toContain(remedy);
    expect(asked()).toEqual(['GetDataset']);
    expect(JSON.stringify([error.message, error.remedy, error.where])).not.toContain('wrong-secret');
  });

  test('several files that may hold sales are listed, and none is guessed', async () => {
    double.publish('owner/two', { 'a.csv': csv(1), 'b.csv': csv(1), 'c.md': Buffer.from('') });
    const error = await refusalOf({ source: kaggle({ dataset: 'owner/two' }), env });
    expect([error.code, error.message]).toEqual([
      'SourceUnreadable',
      expect.stringContaining('a.csv, b.csv') as string,
    ]);
    expect((await read(kaggle({ dataset: 'owner/two', file: 'b.csv' }))).counts.used).toBe(400);
  });

  test('a file that comes zipped is unpacked in passing, and one whose names lead out of the archive is refused', async () => {
    double.publish('owner/zipped', { 'a.csv': zipArchive([{ name: 'a.csv', bytes: csv(1) }]) });
    expect((await read(kaggle({ dataset: 'owner/zipped' }))).counts.used).toBe(400);
    double.publish('owner/escape', { 'a.csv': zipArchive([{ name: '../../a.csv', bytes: csv(1) }]) });
    expect((await refusalOf({ source: kaggle({ dataset: 'owner/escape' }), env })).code).toBe(
      'SourceUnreadable',
    );
  });

  test('a file name that leads elsewhere stays in the cache', async () => {
    double.publish('owner/odd', { '../../../a.csv': csv(1) });
    await read(kaggle({ dataset: 'owner/odd' }));
    expect(await readdir(env.HOME)).toEqual(['cache']);
  });

  describe('credentials', () => {
    const authorization = async (given: Record<string, string>): Promise<string | undefined> => {
      await ingestPlaced({
        source: kaggle({ dataset: 'owner/nothing' }),
        env: { ...env, KAGGLE_API_TOKEN: undefined, ...given },
      });
      return double.requests.at(-1)?.authorization;
    };
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

    test('are looked for in the order of the official clients', async () => {
      const { HOME } = env;
      expect(await authorization({})).toBeUndefined();
      await mkdir(path.join(HOME, '.config/kaggle'), { recursive: true });
      await writeFile(path.join(HOME, '.config/kaggle/kaggle.json'), '{"username":"xdg","key":"1"}');
      expect(await authorization({})).toBe(basic('xdg:1'));
      await mkdir(path.join(HOME, '.kaggle'));
      await writeFile(path.join(HOME, '.kaggle/kaggle.json'), '{"username":"home","key":"2"}');
      expect(await authorization({})).toBe(basic('home:2'));
      await mkdir(path.join(HOME, 'named'));
      await writeFile(path.join(HOME, 'named/kaggle.json'), '{"username":"named","key":"3"}');
      const KAGGLE_CONFIG_DIR = path.join(HOME, 'named');
      expect(await authorization({ KAGGLE_CONFIG_DIR })).toBe(basic('named:3'));
      const pair = { KAGGLE_CONFIG_DIR, KAGGLE_USERNAME: 'env', KAGGLE_KEY: '4' };
      expect(await authorization(pair)).toBe(basic('env:4'));
      await writeFile(path.join(HOME, '.kaggle/access_token'), 'file-token\n');
      expect(await authorization(pair)).toBe('Bearer file-token');
      expect(await authorization({ ...pair, KAGGLE_API_TOKEN: 'token' })).toBe('Bearer token');
      await writeFile(path.join(HOME, 'token'), 'in-a-file\n');
      expect(await authorization({ KAGGLE_API_TOKEN: path.join(HOME, 'token') })).toBe('Bearer in-a-file');
    });

    test('that are broken are refused before anyone is asked', async () => {
      await mkdir(path.join(env.HOME, '.kaggle'));
      await writeFile(path.join(env.HOME, '.kaggle/kaggle.json'), '{"username":"hidden"');
      const error = await refusalOf({ source: kaggle(), env: { ...env, KAGGLE_API_TOKEN: undefined } });
      expect(error.code).toBe('InvalidConfig');
      expect(error.message).not.toContain('hidden');
      expect(asked()).toEqual([]);
    });
  });
});
