import path from 'node:path';
import { freePort } from '../free-port.js';
import { findPythonEnvironment } from './python-environment.js';
import { accepts, startServerProcess } from './server-process.js';

export const gcsEmulatorVersion = '2026.7.19';
const startMilliseconds = 60_000;

/** The `gcp-storage-emulator` command, installed on first use. @throws where Python or pip is missing. */
export async function findGcsEmulator(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  const bin = await findPythonEnvironment(
    {
      name: `gcp-storage-emulator-${gcsEmulatorVersion}`,
      requirements: [`gcp-storage-emulator==${gcsEmulatorVersion}`],
    },
    env,
    cache,
    say,
  );
  return path.join(bin, 'gcp-storage-emulator');
}

export interface GcsEmulator {
  readonly endpoint: string;
  readonly bucket: string;
  stop(): Promise<void>;
}

/** Starts a Cloud Storage with one empty bucket, in memory, on a free port of 127.0.0.1. */
export async function startGcsEmulator(file: string): Promise<GcsEmulator> {
  const port = await freePort();
  const bucket = 'segments-test';
  const { stop } = await startServerProcess(
    {
      name: 'the Cloud Storage emulator',
      file,
      args: [
        'start',
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--in-memory',
        '--default-bucket',
        bucket,
      ],
    },
    () => accepts(port),
    startMilliseconds,
  );
  return { endpoint: `http://127.0.0.1:${port}`, bucket, stop };
}
