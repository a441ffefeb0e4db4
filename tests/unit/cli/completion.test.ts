import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { bashScript } from '../../../cli/completion/bash-script.js';
import { allCommands, commandTree } from '../../../cli/completion/command-tree.js';
import { fishScript } from '../../../cli/completion/fish-script.js';
import { zshScript } from '../../../cli/completion/zsh-script.js';
import { createProgram } from '../../../cli/program.js';
import { tempFolder } from '../../support/temp-folder.js';

const tree = commandTree(createProgram('0.0.0'));
const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
const note = (shell: string): string => (has(shell) ? '' : ` (skipped: no ${shell} here)`);

/** What bash offers after `segments` and these words, the last one unfinished. */
function completed(...words: string[]): string[] {
  const script = `${bashScript(tree)}
COMP_WORDS=(segments "$@"); COMP_CWORD=$#; _segments; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout.split('\n').filter((word) => word !== '');
}

describe.skipIf(!has('bash'))(`completion in bash${note('bash')}`, () => {
  test('offers commands, their subcommands and their flags', () => {
    expect(completed('ex')).toEqual(['explain']);
    expect(completed('runs', 'c')).toEqual(['compare']);
    expect(completed('run', '--as')).toEqual(['--as-of']);
    expect(completed('run', '--source', 'csv:x', '--pub')).toEqual([]);
    expect(completed('schema', '--help', '')).not.toContain('run');
  });

  test('offers the choices of a flag that has some, and leaves other values to the reader', () => {
    expect(completed('run', '--engine', '')).toEqual(['auto', 'temporal', 'in-process']);
    expect(completed('run', '--engine', 'in')).toEqual(['in-process']);
    expect(completed('run', '--as-of', '')).toEqual([]);
  });

  test('knows every command of the program', () => {
    for (const { path } of allCommands(tree)) {
      if (path.length > 0) expect(completed(...path)).toContain(path.at(-1));
    }
  });
});

for (const [shell, check, script] of [
  ['zsh', '-n', zshScript],
  ['fish', '--no-execute', fishScript],
] as const) {
  test.skipIf(!has(shell))(`the script for ${shell} is one that it can read${note(shell)}`, async () => {
    const file = path.join(await tempFolder(), 'script');
    await writeFile(file, script(tree));
    const { status, stderr } = spawnSync(shell, [check, file], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
}

test('fish offers subcommands only where they belong', () => {
  const script = fishScript(tree);
  expect(script).toContain(
    "complete -c segments -f -n '__fish_seen_subcommand_from runs; and not __fish_seen_subcommand_from",
  );
  expect(script).toMatch(/__fish_seen_subcommand_from run' -l engine -x -a 'auto temporal in-process'/);
});
