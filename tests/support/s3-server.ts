import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { cacheFolder } from '../../infra/cache-folder.js';
import { freePort } from '../../infra/free-port.js';
import { findMoto, motoLacks } from '../../infra/services/moto.js';
import { accepts, type ServerProcess, startServerProcess } from '../../infra/services/server-process.js';
import { findGoTool, versitygw } from '../../infra/services/go-tool.js';
import { temporaryFolder } from './temp-folder.js';

export const testCredentials = { accessKeyId: 'segments-test', secretAccessKey: 'segments-test-secret' };
export const testBucket = 'segments-test';
const startMilliseconds = 30_000;

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
    return {
      kind: 'versitygw',
      file: process.env['VERSITYGW'] || (await findGoTool(versitygw, process.env, cache, say)),
    };
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

/** Starts a real S3 server on a free port, with one bucket; undefined where none can be had on this machine. */
export async function startS3Server(): Promise<S3Server | undefined> {
  const found = await executable();
  if (found === undefined) return undefined;
  const folder = await temporaryFolder();
  const data = path.join(folder.path, 'data');
  // The names must not begin with one another, or versitygw refuses them.
  for (const name of ['data', 'iam', 'old-versions']) await mkdir(path.join(folder.path, name));
  const port = await freePort();
  const args =
    found.kind === 'moto'
      ? ['-H', '127.0.0.1', '-p', String(port)]
      : [
          ...['--port', `127.0.0.1:${port}`, '--iam-dir', path.join(folder.path, 'iam'), 'posix'],
          ...['--versioning-dir', path.join(folder.path, 'old-versions'), data],
        ];
  const endpoint = `http://127.0.0.1:${port}`;
  const client = (config: S3ClientConfig = {}): S3Client =>
    new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: testCredentials,
      responseChecksumValidation: 'WHEN_REQUIRED',
      ...config,
    });
  let server: ServerProcess | undefined;
  const stop = async (): Promise<void> => {
    await server?.stop();
    await folder.remove();
  };
  try {
    server = await startServerProcess(
      {
        name: 'the S3 server',
        file: found.file,
        args,
        env: {
          ...process.env,
          ROOT_ACCESS_KEY: testCredentials.accessKeyId,
          ROOT_SECRET_KEY: testCredentials.secretAccessKey,
        },
      },
      () => accepts(port),
      startMilliseconds,
    );
    await client().send(new CreateBucketCommand({ Bucket: testBucket }));
  } catch (error) {
    await stop();
    throw error;
  }
  return { kind: found.kind, endpoint, data, client, stop };
}
