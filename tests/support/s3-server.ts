import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { cacheFolder } from '../../infra/cache-folder.js';
import { freePort } from '../../infra/free-port.js';
import { findMoto, motoLacks } from '../../infra/services/moto.js';
import { findVersitygw } from '../../infra/services/versitygw.js';
import { temporaryFolder } from './temporary-folder.js';

const credentials = { accessKeyId: 'segments-test', secretAccessKey: 'segments-test-secret' };
export const testBucket = 'segments-test';

export interface S3Server {
  readonly kind: 'versitygw' | 'moto';
  readonly endpoint: string;
  /** Folder in which versitygw keeps the objects as files: `<data>/<bucket>/<key>`. */
  readonly data: string;
  client(config?: S3ClientConfig): S3Client;
  stop(): Promise<void>;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function executable(): Promise<{ kind: S3Server['kind']; file: string } | undefined> {
  const cache = cacheFolder(process.env);
  const reason = (error: unknown): string => String(error).split('\n')[0]!;
  try {
    return { kind: 'versitygw', file: await findVersitygw(process.env, cache, say) };
  } catch (error) {
    say(
      `versitygw cannot be had (${reason(error)}): moto instead, without these checks: ${motoLacks.join('; ')}`,
    );
  }
  try {
    return { kind: 'moto', file: await findMoto(process.env, cache, say) };
  } catch (error) {
    say(`moto cannot be had (${reason(error)}): the S3 tests are skipped`);
    return undefined;
  }
}

async function answers(port: number, child: ChildProcess, output: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null || child.pid === undefined)
      throw new Error(`the S3 server ended with ${child.exitCode}: ${output()}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error(`the S3 server does not answer on ${port}: ${output()}`);
}

/** Starts a real S3 server on a free port, with one bucket; undefined where none can be had on this machine. */
export async function startS3Server(): Promise<S3Server | undefined> {
  const found = await executable();
  if (found === undefined) return undefined;
  const folder = await temporaryFolder();
  const data = path.join(folder.path, 'data');
  // The names must not begin with one another, or versitygw refuses them.
  for (const name of ['data', 'iam', 'old-versions']) await mkdir(path.join(folder.path, name));
  const port = await freePort();
  const arguments_ =
    found.kind === 'moto'
      ? ['-H', '127.0.0.1', '-p', String(port)]
      : [
          ...['--port', `127.0.0.1:${port}`, '--iam-dir', path.join(folder.path, 'iam'), 'posix'],
          ...['--versioning-dir', path.join(folder.path, 'old-versions'), data],
        ];
  const child = spawn(found.file, arguments_, {
    env: {
      ...process.env,
      ROOT_ACCESS_KEY: credentials.accessKeyId,
      ROOT_SECRET_KEY: credentials.secretAccessKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.on('error', (error) => (said += String(error)));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-4000)));
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await folder.remove();
  };
  const endpoint = `http://127.0.0.1:${port}`;
  const client = (config: S3ClientConfig = {}): S3Client =>
    new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials,
      responseChecksumValidation: 'WHEN_REQUIRED',
      ...config,
    });
  try {
    await answers(port, child, () => said);
    await client().send(new CreateBucketCommand({ Bucket: testBucket }));
  } catch (error) {
    await stop();
    throw error;
  }
  return { kind: found.kind, endpoint, data, client, stop };
}
