import { spawnSync } from 'node:child_process';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { completePart, leavePart, newPart, takePart } from '../../../shared/sources/http/download-part.js';
import { tempFolder } from '../../support/temp-folder.js';

const newTarget = async (): Promise<string> => path.join(await tempFolder(), 'sales.csv');
const etag = '"v1"';

describe('a part of a download', () => {
  test('is nobody else’s while it is written; once left, it goes to exactly one of all who want it', async () => {
    const target = await newTarget();
    const part = newPart(target, etag);
    await writeFile(part.file, 'half');
    expect(await takePart(target)).toBeUndefined();
    await leavePart(target, part);
    const taken = await Promise.all(Array.from({ length: 8 }, () => takePart(target)));
    const [one, ...more] = taken.filter((each) => each !== undefined);
    expect(one).toMatchObject({ etag, bytes: 4 });
    expect(more).toEqual([]);
    expect(await readFile(one!.file, 'utf8')).toBe('half');
  });

  test('of a process that was killed is taken over at once; of one that lives, only when it wrote nothing for long', async () => {
    const target = await newTarget();
    const dead = newPart(target, etag, spawnSync(process.execPath, ['-e', '']).pid);
    await writeFile(dead.file, 'half');
    expect(await takePart(target)).toMatchObject({ etag, bytes: 4 });
    const living = newPart(target, etag, process.ppid);
    await writeFile(living.file, 'other');
    expect(await takePart(target)).toBeUndefined();
    await utimes(living.file, new Date(0), new Date(0));
    expect(await takePart(target)).toMatchObject({ bytes: 5 });
  });

  test('without a strong entity tag is removed when it is left, for nobody could tell what it is of', async () => {
    const target = await newTarget();
    for (const weak of [undefined, 'W/"v1"', `"${'x'.repeat(200)}"`]) {
      const part = newPart(target, weak);
      await writeFile(part.file, 'half');
      await leavePart(target, part);
      expect(await takePart(target)).toBeUndefined();
    }
  });

  test('that is whole takes the place of the file; of the others only those that nobody writes to go', async () => {
    const target = await newTarget();
    const [whole, left, written] = [newPart(target, etag), newPart(target, etag), newPart(target, etag)];
    for (const { file } of [whole, left, written]) await writeFile(file, 'bytes');
    await leavePart(target, left);
    await completePart(target, whole);
    expect(await readFile(target, 'utf8')).toBe('bytes');
    expect(await readFile(written.file, 'utf8')).toBe('bytes');
    expect(await takePart(target)).toBeUndefined();
  });
});
