import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkConditionalWrites } from '../../../shared/artifacts/check-conditional-writes.js';
import { type ArtifactStore } from '../../../shared/artifacts/store.js';
import { splitMix32 } from '../../support/split-mix.js';
import { startStoreChild } from '../../support/start-store-child.js';
import { temporaryFolder, type TemporaryFolder } from '../../support/temp-folder.js';
import { until } from '../../support/until.js';

export interface StoreUnderTest {
  readonly name: string;
  /** A store of its own, empty. */
  open(): ArtifactStore;
  /** What a process needs in its environment to open the same store by URI. */
  readonly env: NodeJS.ProcessEnv;
  /** Changes one bit of a stored object behind the store's back. */
  flipBit(store: ArtifactStore, key: string): Promise<void>;
  /** Larger than one part, so that S3 uploads it in several. */
  readonly largeBytes: number;
  readonly conditionalWrites: boolean;
  /** How many unfinished writes killed writers have left behind, where that can be seen. */
  leftovers?(store: ArtifactStore): Promise<number>;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array | undefined): string => new TextDecoder().decode(content);
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** What every artifact store keeps, whatever it stands on. */
export function describeStore(under: StoreUnderTest): void {
  describe(`${under.name} store`, () => {
    let folder: TemporaryFolder;
    const local = (name: string): string => path.join(folder.path, name);
    beforeAll(async () => {
      folder = await temporaryFolder();
    });
    afterAll(() => folder.remove());

    test('gives back the bytes it was given, with sha256, length and rows in the reference', async () => {
      const store = under.open();
      const content = randomBytes(70_000);
      await writeFile(local('in.bin'), content);
      const put = await store.putFile('runs/a/in.bin', local('in.bin'), { rows: 7 });
      expect(put).toEqual({
        uri: `${store.uri}/runs/a/in.bin`,
        sha256: sha256(content),
        bytes: 70_000,
        rows: 7,
      });
      await store.fetchFile(put, local('deep/out.bin'));
      expect((await readFile(local('deep/out.bin'))).equals(content)).toBe(true);
      expect(Buffer.from(await store.fetchBytes(put)).equals(content)).toBe(true);
    });

    test('writing the same file again changes nothing; other bytes replace it', async () => {
      const store = under.open();
      await writeFile(local('same'), 'one');
      const first = await store.putFile('same', local('same'), { rows: 0 });
      const before = await store.read('same');
      expect(await store.putFile('same', local('same'), { rows: 0 })).toEqual(first);
      expect((await store.read('same'))?.version).toBe(before?.version);
      await writeFile(local('same'), 'two');
      await store.putFile('same', local('same'), { rows: 0 });
      expect(text((await store.read('same'))?.bytes)).toBe('two');
    });

    test('empty files and names with spaces, accents, # ? % + come back', async () => {
      const store = under.open();
      for (const key of ['empty', 'a b/é#?%41+&=.csv', 'x/日本/𝔘.txt']) {
        const put = await store.putBytes(key, bytes(key === 'empty' ? '' : key), { rows: 0 });
        expect(text(await store.fetchBytes(put))).toBe(key === 'empty' ? '' : key);
        expect(await store.list(key)).toEqual([key]);
      }
    });

    test('a file of several parts comes back whole', async () => {
      const store = under.open();
      const block = randomBytes(1 << 20);
      const content = Buffer.alloc(under.largeBytes);
      for (let at = 0; at < content.length; at += block.length) {
        content.set(block.subarray(0, Math.min(block.length, content.length - at)), at);
        content.writeUInt32LE(at, at);
      }
      await writeFile(local('large'), content);
      const put = await store.putFile('large', local('large'), { rows: 0 });
      await store.fetchFile(put, local('large-back'));
      expect(sha256(await readFile(local('large-back')))).toBe(put.sha256);
    });

    test('one flipped bit is refused by checksum, named, and leaves no local file', async () => {
      const store = under.open();
      const put = await store.putBytes('runs/a/bit', randomBytes(5000), { rows: 0 });
      await under.flipBit(store, 'runs/a/bit');
      const refusal = { code: 'ArtifactCorrupt', message: expect.stringContaining('runs/a/bit') as string };
      await expect(store.fetchBytes(put)).rejects.toMatchObject(refusal);
      await expect(store.fetchFile(put, local('bit'))).rejects.toMatchObject(refusal);
      await expect(stat(local('bit'))).rejects.toThrow('ENOENT');
    });

    test('what is not there is ArtifactNotFound by reference, undefined by key, and no error to remove', async () => {
      const store = under.open();
      const put = await store.putBytes('gone', bytes('x'), { rows: 0 });
      await store.remove('gone');
      await store.remove('gone');
      await expect(store.fetchBytes(put)).rejects.toMatchObject({ code: 'ArtifactNotFound' });
      await expect(store.fetchFile(put, local('gone'))).rejects.toMatchObject({ code: 'ArtifactNotFound' });
      expect(await store.read('gone')).toBeUndefined();
      expect(await store.read('gone/deeper')).toBeUndefined();
      const foreign = { ...put, uri: 'file:///elsewhere/gone' };
      await expect(store.fetchBytes(foreign)).rejects.toMatchObject({ code: 'ArtifactNotFound' });
    });

    test('keys that leave the store are refused everywhere', async () => {
      const store = under.open();
      for (const key of [
        '',
        '/a',
        'a/',
        'a//b',
        '../a',
        'a/../../b',
        './a',
        'a\\b',
        'a\0',
        'a.partial',
        'a.lock',
      ]) {
        const refused = { code: 'InvalidInput' };
        await expect(store.putBytes(key, bytes(''), { rows: 0 })).rejects.toMatchObject(refused);
        await expect(store.read(key)).rejects.toMatchObject(refused);
        await expect(store.swap(key, bytes(''), undefined)).rejects.toMatchObject(refused);
        await expect(store.remove(key)).rejects.toMatchObject(refused);
      }
      const escaping = { uri: `${store.uri}/..%2F..%2Fx`, sha256: sha256(bytes('')), bytes: 0, rows: 0 };
      await expect(store.fetchBytes(escaping)).rejects.toMatchObject({ code: 'InvalidInput' });
    });

    test('lists by prefix, in code-point order', async () => {
      const store = under.open();
      // U+FF5E comes before U+1D518, though its UTF-16 unit is greater.
      const keys = ['a/1', 'a/10', 'a/2', 'a/Z', 'a/z', 'a/～', 'a/𝔘', 'ab'];
      for (const key of [...keys].reverse()) await store.putBytes(key, bytes(key), { rows: 0 });
      await store.putBytes('b/other', bytes(''), { rows: 0 });
      expect(await store.list('a')).toEqual(keys);
      expect(await store.list('a/1')).toEqual(['a/1', 'a/10']);
      expect(await store.list('nothing/')).toEqual([]);
    });

    test('lists more than a thousand keys', async () => {
      const store = under.open();
      const keys = Array.from({ length: 1203 }, (_, i) => `many/${String(i).padStart(5, '0')}`);
      for (let at = 0; at < keys.length; at += 40)
        await Promise.all(keys.slice(at, at + 40).map((key) => store.putBytes(key, bytes('x'), { rows: 0 })));
      expect(await store.list('many/')).toEqual(keys);
    });

    test('an aborted upload throws the abort and stores nothing', async () => {
      const store = under.open();
      await writeFile(local('abort'), randomBytes(1000));
      const signal = AbortSignal.abort();
      await expect(store.putFile('abort', local('abort'), { rows: 0, signal })).rejects.toMatchObject({
        name: 'AbortError',
      });
      expect(await store.list('')).toEqual([]);
    });

    test('a writer killed in the middle leaves the old bytes, the new bytes or nothing, never a part', async () => {
      const store = under.open();
      const random = splitMix32(20171231);
      const files = [local('version-a'), local('version-b')];
      for (const [i, file] of files.entries())
        await writeFile(file, Buffer.alloc(under.largeBytes / 2 + i * 999_999, 65 + i));
      const whole = new Set(await Promise.all(files.map(async (file) => sha256(await readFile(file)))));
      // A store that cannot show unfinished writes is killed at random moments only.
      const unfinished = async (): Promise<number> =>
        under.leftovers === undefined ? 1 : await under.leftovers(store);
      for (let round = 0; round < 12 || (round < 100 && (await unfinished()) === 0); round++) {
        const child = await startStoreChild(store.uri, ['put', 'victim', ...files], under.env);
        // On a busy machine random moments may all come before the first byte: the later rounds wait for one.
        if (round < 12) await sleep(random() * 150);
        else await until(async () => (await unfinished()) > 0);
        await child.kill();
        expect((await store.list('')).filter((key) => key !== 'victim')).toEqual([]);
        const found = await store.read('victim');
        if (found !== undefined) expect(whole).toContain(sha256(found.bytes));
      }
      // Without any, no kill would have hit a write, and this test would have shown nothing.
      expect(await unfinished()).toBeGreaterThan(0);
    });

    describe.skipIf(!under.conditionalWrites)('conditional writes', () => {
      test('swap creates only what is not there, and replaces only what it has read', async () => {
        const store = under.open();
        expect(await store.swap('c', bytes('1'), 'no-such-version')).toBe(false);
        expect(await store.read('c')).toBeUndefined();
        expect(await store.swap('c', bytes('1'), undefined)).toBe(true);
        const first = await store.read('c');
        expect(await store.swap('c', bytes('2'), undefined)).toBe(false);
        expect(await store.swap('c', bytes('2'), first!.version)).toBe(true);
        expect(await store.swap('c', bytes('3'), first!.version)).toBe(false);
        expect(text((await store.read('c'))?.bytes)).toBe('2');
      });

      test('the probe of doctor is content and leaves nothing behind', async () => {
        const store = under.open();
        await checkConditionalWrites(store);
        expect(await store.list('')).toEqual([]);
      });

      test('eight promises race for each swap: one wins', async () => {
        const store = under.open();
        for (let round = 0; round < 15; round++) {
          const { version } = (await store.read('race')) ?? {};
          const results = await Promise.all(
            Array.from({ length: 8 }, (_, i) => store.swap('race', bytes(`${round}/${i}`), version)),
          );
          expect(results.filter(Boolean)).toHaveLength(1);
          expect(text((await store.read('race'))?.bytes)).toBe(`${round}/${results.indexOf(true)}`);
        }
      });

      test('eight processes race for each swap: one wins, and its bytes stay', async () => {
        const store = under.open();
        const racers = await Promise.all(
          Array.from({ length: 8 }, () => startStoreChild(store.uri, ['swap', 'race'], under.env)),
        );
        try {
          for (let round = 0; round < 25; round++) {
            const { version } = (await store.read('race')) ?? {};
            for (const [i, racer] of racers.entries())
              racer.send({ text: `${round}/${i}`, expected: version ?? null });
            const answers = await Promise.all(racers.map((racer) => racer.line()));
            expect(answers.filter((answer) => answer === 'true')).toHaveLength(1);
            expect(text((await store.read('race'))?.bytes)).toBe(`${round}/${answers.indexOf('true')}`);
          }
        } finally {
          await Promise.all(racers.map((racer) => racer.kill()));
        }
      });
    });
  });
}
