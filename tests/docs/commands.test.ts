import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../../cli/program.js';
import { pages, root, shellLines } from './pages.js';

const program = createProgram('0.0.0');
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** What is wrong with `segments ARGUMENTS`, before anything would start: an unknown command or flag. */
function problem(words: readonly string[]): string | undefined {
  let command: Command = program;
  let rest = [...words];
  while (rest.length > 0 && command.commands.length > 0) {
    const name = rest[0]!;
    if (name.startsWith('-')) break;
    const next = command.commands.find((child) => child.name() === name);
    if (next === undefined) return `no command ${name}`;
    command = next;
    rest = rest.slice(1);
  }
  for (const word of rest.filter((each) => /^--?[a-z]/.test(each))) {
    const flag = word.split('=')[0]!;
    const known = [...command.options, ...program.options].some(
      ({ long, short }) => flag === long || flag === short,
    );
    if (!known && flag !== '--help' && flag !== '-h') return `no flag ${flag} in ${command.name()}`;
  }
  return undefined;
}

test('every segments command and npm script that a page shows is there, with its flags', () => {
  const wrong = pages().flatMap((page) =>
    shellLines(page).flatMap((line) => {
      const segments = /(?:npm run -s segments --|^segments|npx stable-segments|npx segments) (.*)$/.exec(
        line,
      );
      if (segments !== null) {
        const words = (segments[1]!.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).slice();
        const end = words.findIndex((word) => ['|', '>', '2>', '&&', ';'].includes(word));
        const found = problem(end < 0 ? words : words.slice(0, end));
        return found === undefined ? [] : [`${page.name}: ${line}: ${found}`];
      }
      const script = /^npm (?:run (?:-s )?)?([\w:.-]+)/.exec(line)?.[1];
      const builtIn = ['ci', 'install', 'pack', 'exec', 'run'];
      if (script === undefined || builtIn.includes(script) || script in scripts) return [];
      return [`${page.name}: ${line}: no script ${script}`];
    }),
  );
  expect(wrong).toEqual([]);
});
