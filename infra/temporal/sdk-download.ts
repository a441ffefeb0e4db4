import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const version = 'v1.9.1';

async function executableIn(folder: string): Promise<string | undefined> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    const found = await stat(file);
    if (found.isFile() && found.size > 1_000_000) return file;
  }
  return undefined;
}

const folderIn = (cache: string): string => path.join(cache, `temporal-sdk-${version}`);

/** The CLI that an earlier download left in `cache`. */
export async function keptFromSdk(cache: string): Promise<string | undefined> {
  return await executableIn(folderIn(cache));
}

/**
 * The Temporal CLI as the TypeScript SDK downloads it for its own test environment: kept in `cache`.
 * The SDK only downloads on the way to starting a server, so one is started and ended at once.
 */
export async function temporalFromSdk(cache: string): Promise<string> {
  const folder = folderIn(cache);
  await mkdir(folder, { recursive: true });
  // Loaded only where a server has to be fetched: workers never start one.
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const executable = { type: 'cached-download', version, downloadDir: folder } as const;
  const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
  const fetched = await executableIn(folder);
  if (fetched === undefined) throw new Error(`the SDK left no executable in ${folder}`);
  await chmod(fetched, 0o755);
  return fetched;
}
