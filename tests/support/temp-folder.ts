import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** An empty folder that lasts until it is removed: for what several tests share. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'segments-test-'));
  // A worker that was just told to end may still write into it.
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 };
  return { path: folder, remove: () => rm(folder, options) };
}

/** An empty folder that is gone when the test ends. */
export async function tempFolder(): Promise<string> {
  const folder = await temporaryFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}
