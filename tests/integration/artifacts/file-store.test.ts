import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { openStore } from '../../../shared/artifacts/open-store.js';
import { temporaryFolder } from '../../support/temp-folder.js';
import { describeStore } from './store-contract.js';

const folder = await temporaryFolder();
afterAll(() => folder.remove());
const open = () => openStore(pathToFileURL(path.join(folder.path, randomUUID())).href);
const place = (uri: string, key: string): string => path.join(fileURLToPath(uri), key);

describeStore({
  name: 'file',
  open,
  env: {},
  largeBytes: 36 << 20,
  conditionalWrites: true,
  leftovers: async (store) =>
    (await readdir(fileURLToPath(store.uri))).filter((name) => name.endsWith('.partial')).length,
  async flipBit(store, key) {
    const file = place(store.uri, key);
    const content = await readFile(file);
    content[content.length >> 1]! ^= 1;
    await writeFile(file, content);
  },
});

describe('folder store', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test('leftovers of killed writers are never listed, and removed once a day old', async () => {
    const store = open();
    await store.putBytes('runs/a/x', bytes('x'), { rows: 0 });
    const young = place(store.uri, 'runs/a/y.1-2.partial');
    const old = place(store.uri, 'runs/a/z.1-2.partial');
    for (const file of [young, old]) await writeFile(file, 'half');
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    await utimes(old, yesterday, yesterday);
    expect(await store.list('runs/')).toEqual(['runs/a/x']);
    await expect(stat(old)).rejects.toThrow('ENOENT');
    expect((await stat(young)).size).toBe(4);
  });

  const stale: [string, string][] = [
    [
      'a process that has ended',
      JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, started: null, token: 'dead' }),
    ],
    [
      'an earlier process with a PID that is in use again',
      JSON.stringify({ host: hostname(), pid: process.pid, started: 'other-boot/1', token: 'recycled' }),
    ],
    ['nobody, emptied by a power cut', ''],
  ];
  test.each(stale)('the lock of %s is taken over', async (_, lock) => {
    const store = open();
    await mkdir(place(store.uri, 'index'), { recursive: true });
    await writeFile(place(store.uri, 'index/c.json.lock'), lock);
    const won = await Promise.all(
      [1, 2, 3, 4].map((i) => store.swap('index/c.json', bytes(`${i}`), undefined)),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    await expect(stat(place(store.uri, 'index/c.json.lock'))).rejects.toThrow('ENOENT');
  });

  test('a part of the path that is a file is refused for good, with what to do', async () => {
    const file = path.join(folder.path, 'plain-file');
    await writeFile(file, '');
    const store = openStore(`${pathToFileURL(file).href}/inside`);
    await expect(store.putBytes('x', bytes(''), { rows: 0 })).rejects.toMatchObject({
      code: 'StoreRefused',
      remedy: expect.stringContaining('artifacts') as string,
    });
  });

  test('trouble with the local file is told as trouble with scratch', async () => {
    const store = open();
    const put = await store.putBytes('x', bytes('x'), { rows: 0 });
    const file = path.join(folder.path, 'not-a-folder');
    await writeFile(file, '');
    await expect(store.fetchFile(put, path.join(file, 'x'))).rejects.toMatchObject({
      code: 'ScratchUnavailable',
    });
  });
});
