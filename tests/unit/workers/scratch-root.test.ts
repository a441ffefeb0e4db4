import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { thisProcess } from '../../../shared/artifacts/process-identity.js';
import { openScratchRoot } from '../../../workers/scratch-root.js';
import { tempFolder } from '../../support/temp-folder.js';

const nameOf = (identity: object, pid: number): string =>
  `pid-${pid}-${Buffer.from(JSON.stringify(identity)).toString('base64url')}`;

test('what a dead process left is removed; what a living one, another machine or a person put there stays', async () => {
  const root = await tempFolder();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const dead = spawn(process.execPath, ['-e', '']);
  await once(dead, 'exit');
  try {
    const { host } = thisProcess();
    const keep = [
      nameOf({ host, pid: child.pid, started: null }, child.pid!),
      nameOf({ host: 'elsewhere', pid: 1, started: null }, 1),
      'notes.txt',
      'pid-7-garbage',
    ];
    // The same PID as a living process, but an earlier start: a recycled PID.
    const gone = [
      nameOf({ host, pid: dead.pid, started: null }, dead.pid!),
      nameOf({ ...thisProcess(), started: 'another boot/1' }, process.pid),
    ];
    for (const name of [...keep, ...gone]) {
      await mkdir(path.join(root, name));
      await writeFile(path.join(root, name, 'sales.parquet'), 'x');
    }
    const { folder, close } = openScratchRoot(root);
    expect((await readdir(root)).sort()).toEqual([...keep].sort());
    await mkdir(path.join(folder, 'ingest-1'), { recursive: true });
    close();
    expect((await readdir(root)).sort()).toEqual([...keep].sort());
  } finally {
    child.kill('SIGKILL');
  }
});

test('a folder that cannot be made does not keep a worker from starting', () => {
  const { close } = openScratchRoot('/proc/no-such-folder');
  close();
});
