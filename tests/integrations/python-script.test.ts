import { execFile } from 'node:child_process';
import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../infra/cache-folder.js';
import { findPythonReaders } from '../../infra/services/python-readers.js';
import { runSummarySchema } from '../../shared/contracts/run-summary.js';
import { projectRoot, segments } from '../support/segments-command.js';
import { writeSmallMarket } from '../support/small-market.js';
import { tempFolder } from '../support/temp-folder.js';

const exec = promisify(execFile);
const python = await findPythonReaders(process.env, cacheFolder(process.env), () => undefined).catch(
  () => undefined,
);
const note = python === undefined ? ' (skipped: pandas cannot be installed here)' : '';

test.skipIf(python === undefined)(
  `the sample script in Python finds a run’s segments as they were written, and refuses a changed file${note}`,
  async () => {
    const folder = await tempFolder();
    const source = await writeSmallMarket(folder);
    const store = path.join(folder, 'store');
    const { code, stdout, stderr } = await segments(
      [
        ...['run', '--source', `csv:${source}`, '--as-of', '2023-12', '--raw', 'off'],
        ...['--artifacts', pathToFileURL(store).href, '--engine', 'in-process', '--json'],
      ],
      { cwd: folder },
    );
    expect(code, stderr).toBe(0);
    const run = fileURLToPath(runSummarySchema.parse(JSON.parse(stdout)).artifacts);

    const script = path.join(projectRoot, 'samples/python/read_run.py');
    const read = (...args: readonly string[]) => exec(path.join(python!, 'python'), [script, store, ...args]);
    const found = JSON.parse((await read('--json')).stdout) as { segment_id: string; retailers: number }[];
    const lines = (await readFile(path.join(run, 'assignments.csv'), 'utf8')).trimEnd().split('\n').slice(1);
    const sizes = new Map<string, number>();
    for (const line of lines) {
      const id = line.split(',')[1]!;
      if (id !== '') sizes.set(id, (sizes.get(id) ?? 0) + 1);
    }
    expect(new Map(found.map(({ segment_id, retailers }) => [segment_id, retailers]))).toEqual(sizes);
    expect((await read(path.basename(run))).stdout).toContain('2023-12: 200 retailers');

    await appendFile(path.join(run, 'features.parquet'), 'x');
    await expect(read()).rejects.toThrow('is not the file that the run wrote');
  },
);
