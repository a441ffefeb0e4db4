import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ListMultipartUploadsCommand, PutObjectCommand, type S3ClientConfig } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createS3Store } from '../../../shared/artifacts/s3-store.js';
import { type ArtifactStore } from '../../../shared/artifacts/store.js';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.js';
import { startS3Server, testBucket } from '../../support/s3-server.js';
import { temporaryFolder, type TemporaryFolder } from '../../support/temp-folder.js';
import { describeStore } from './store-contract.js';

const server = await startS3Server();
afterAll(() => server?.stop());
const versitygw = server?.kind === 'versitygw';
const uri = (): string => `s3://${testBucket}/${randomUUID()}`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.skipIf(server === undefined)(`S3 (${server?.kind})`, () => {
  describeStore({
    name: 's3',
    open: () => createS3Store(uri(), server!.client()),
    env: {
      AWS_ENDPOINT_URL_S3: server?.endpoint,
      AWS_ACCESS_KEY_ID: 'segments-test',
      AWS_SECRET_ACCESS_KEY: 'segments-test-secret',
      AWS_REGION: 'us-east-1',
    },
    largeBytes: 36 << 20,
    conditionalWrites: versitygw,
    // Parts of uploads that nobody finished.
    leftovers: async (store) => {
      const Prefix = store.uri.slice(`s3://${testBucket}/`.length);
      const command = new ListMultipartUploadsCommand({ Bucket: testBucket, Prefix });
      return (await server!.client().send(command)).Uploads?.length ?? 0;
    },
    async flipBit(store, key) {
      const found = (await store.read(key))!.bytes;
      found[found.length >> 1]! ^= 1;
      const Key = `${store.uri.slice(`s3://${testBucket}/`.length)}/${key}`;
      await server!.client().send(new PutObjectCommand({ Bucket: testBucket, Key, Body: found }));
    },
  });

  test.skipIf(!versitygw)('wrong credentials are refused for good, with bucket and key', async () => {
    const credentials = { accessKeyId: 'segments-test', secretAccessKey: 'wrong' };
    const store = createS3Store(`s3://${testBucket}/x`, server!.client({ credentials }));
    const refused = {
      code: 'CredentialsRefused',
      where: `s3://${testBucket}/x/k`,
      remedy: expect.stringContaining(testBucket) as string,
    };
    await expect(store.putBytes('k', bytes(''), { rows: 0 })).rejects.toMatchObject(refused);
    await expect(store.read('k')).rejects.toMatchObject(refused);
    await expect(store.list('k')).rejects.toMatchObject(refused);
  });

  test('a bucket that does not exist is refused for good, with what to do', async () => {
    const store = createS3Store('s3://no-such-bucket-here/x', server!.client());
    const refused = {
      code: 'StoreRefused',
      remedy: expect.stringContaining('Create the bucket no-such-bucket-here') as string,
    };
    await expect(store.putBytes('k', bytes(''), { rows: 0 })).rejects.toMatchObject(refused);
    await expect(store.read('k')).rejects.toMatchObject(refused);
    await expect(store.list('')).rejects.toMatchObject(refused);
  });

  test('a server that is not there is unavailable, to be retried', async () => {
    const client = server!.client({ endpoint: 'http://127.0.0.1:9', maxAttempts: 2 });
    await expect(createS3Store(uri(), client).read('k')).rejects.toMatchObject({
      code: 'StoreUnavailable',
      retryable: true,
    });
  });

  describe('behind a faulty line', () => {
    let proxy: FaultProxy;
    let folder: TemporaryFolder;
    let store: ArtifactStore;
    const content = randomBytes(300_000);
    const open = (config: S3ClientConfig = {}): ArtifactStore =>
      createS3Store(uri(), server!.client({ endpoint: proxy.endpoint, maxAttempts: 4, ...config }));
    const local = (name: string): string => path.join(folder.path, name);
    beforeAll(async () => {
      proxy = await startFaultProxy(server!.endpoint);
      folder = await temporaryFolder();
      store = open();
      await writeFile(local('in'), content);
    });
    afterAll(async () => {
      await proxy.close();
      await folder.remove();
    });

    const passing: [string, Fault][] = [
      ['500', { kind: 'status', status: 500 }],
      ['503', { kind: 'status', status: 503 }],
      ['a reset connection', { kind: 'reset' }],
      ['an answer that is lost', { kind: 'lost answer' }],
      ['a slow answer', { kind: 'slow', milliseconds: 300 }],
    ];
    test.each(passing)('two times %s: write and read succeed', async (name, fault) => {
      const key = `fault-${name.replaceAll(' ', '-')}`;
      proxy.plan('PUT', [fault, fault]);
      const put = await store.putFile(key, local('in'), { rows: 0 });
      proxy.plan('GET', [fault, fault]);
      await store.fetchFile(put, local(key));
      expect((await readFile(local(key))).equals(content)).toBe(true);
      proxy.plan('GET', [fault, fault]);
      expect(Buffer.from((await store.read(key))!.bytes).equals(content)).toBe(true);
    });

    test('a body cut twice is read again, and comes whole', async () => {
      const put = await store.putFile('cut', local('in'), { rows: 0 });
      for (const share of [0, 0.5, 0.999]) {
        const before = proxy.count('GET');
        proxy.plan('GET', [
          { kind: 'truncated', share },
          { kind: 'truncated', share },
        ]);
        await store.fetchFile(put, local('cut'));
        expect((await readFile(local('cut'))).equals(content)).toBe(true);
        expect(proxy.count('GET') - before).toBe(3);
      }
    });

    test('a body that is always cut is unavailable, and leaves no local file', async () => {
      const put = await store.putFile('always-cut', local('in'), { rows: 0 });
      proxy.plan('GET', Array<Fault>(30).fill({ kind: 'truncated', share: 0.7 }));
      const unavailable = { code: 'StoreUnavailable', retryable: true };
      await expect(store.fetchFile(put, local('always-cut'))).rejects.toMatchObject(unavailable);
      await expect(stat(local('always-cut'))).rejects.toThrow('ENOENT');
      await expect(store.fetchBytes(put)).rejects.toMatchObject(unavailable);
      await expect(store.read('always-cut')).rejects.toMatchObject(unavailable);
      proxy.plan('GET', []);
    });

    test('a server that keeps failing is unavailable, and a write that failed is not there', async () => {
      proxy.plan('PUT', Array<Fault>(30).fill({ kind: 'status', status: 503 }));
      const put = store.putFile('failing', local('in'), { rows: 0 });
      await expect(put).rejects.toMatchObject({ code: 'StoreUnavailable', retryable: true });
      proxy.plan('PUT', []);
      expect(await store.read('failing')).toBeUndefined();
    });

    test('a server that says nothing is given up on', async () => {
      const impatient = open({ maxAttempts: 2, requestHandler: { socketTimeout: 300 } });
      proxy.plan('GET', [{ kind: 'silent' }, { kind: 'silent' }]);
      await expect(impatient.read('k')).rejects.toMatchObject({ code: 'StoreUnavailable' });
      proxy.plan('GET', []);
    });

    test.skipIf(!versitygw)('a swap whose answer is lost is known to have won', async () => {
      proxy.plan('PUT', [{ kind: 'lost answer' }]);
      expect(await store.swap('pointer', bytes('a'), undefined)).toBe(true);
      const { version } = (await store.read('pointer'))!;
      proxy.plan('PUT', [{ kind: 'lost answer' }]);
      expect(await store.swap('pointer', bytes('b'), version)).toBe(true);
      expect(await store.swap('pointer', bytes('c'), version)).toBe(false);
      expect(new TextDecoder().decode((await store.read('pointer'))!.bytes)).toBe('b');
    });
  });
});
