import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { segments } from '../support/segments-command.js';
import { tempFolder } from '../support/temp-folder.js';

describe('segments sample', () => {
  test('writes sales and truth with the change and the dirt that were asked for, the same bytes each time', async () => {
    const folder = await tempFolder();
    const once = async (name: string) => {
      const { code, stdout, stderr } = await segments(
        [
          ...['sample', '-o', `${name}.csv`, '--retailers', '50', '--from', '2022-01', '--to', '2022-12'],
          ...['--plant', 'switch:2022-06,share=0.2', '--dirt', 'notANumber=3', 'duplicateKey=2', '--json'],
        ],
        { cwd: folder },
      );
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout) as { sales: string; truth: string; rows: number; dirt: object };
    };
    const first = await once('a');
    const second = await once('b');
    const text = await readFile(first.sales, 'utf8');
    expect(await readFile(second.sales, 'utf8')).toBe(text);
    expect(text.trimEnd().split('\n')).toHaveLength(first.rows + 1);
    expect(first.dirt).toMatchObject({ notANumber: 3, duplicateKey: 2 });
    expect(first.truth).toBe(path.join(folder, 'a.truth.csv'));
    const truth = await readFile(first.truth, 'utf8');
    const switched = truth.split('\n').filter((line) => line.endsWith('switch'));
    expect(switched.length).toBeGreaterThan(0);
    for (const line of switched) expect(line).toContain(',2022-06,');
  });

  test('refuses a change or a number that cannot be with exit code 2, naming the flag or the option', async () => {
    const folder = await tempFolder();
    for (const [args, named] of [
      [['--plant', 'switch'], '--plant'],
      [['--retailers', 'many'], '--retailers'],
      [['--plant', 'emerge:2030-01'], 'emerge.month'],
      [['--settings', '[1]'], '--settings'],
    ] as const) {
      const { code, stderr } = await segments(['sample', '-o', 'x.csv', ...args], { cwd: folder });
      expect(code).toBe(2);
      expect(stderr).toContain(named);
    }
  });
});
