import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pages, root } from './pages.js';

/** As GitHub makes anchors of headings. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const headings = (text: string): Set<string> =>
  new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading!)));

test('every link of every page leads to a file that is there, and to a heading of it', () => {
  const all = pages();
  const broken = all.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
      if (/^[a-z]+:/.test(target!)) return [];
      const [file = '', fragment] = target!.split('#');
      const found = file === '' ? name : path.posix.join(path.posix.dirname(name), file);
      if (!existsSync(path.join(root, found))) return [`${name}: ${target}`];
      const page = all.find((other) => other.name === found);
      return fragment !== undefined && page !== undefined && !headings(page.text).has(fragment)
        ? [`${name}: ${target}`]
        : [];
    }),
  );
  expect(broken).toEqual([]);
});
