import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../../shared/', import.meta.url);

test('the library stands alone: it imports no more than numbers, errors and progress beside itself', () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const open = [new URL('clustering/hdbscan/index.ts', root)];
  for (let file = open.pop(); file; file = open.pop()) {
    const name = file.href.slice(root.href.length);
    if (seen.has(name)) continue;
    seen.add(name);
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)) {
      if (target!.startsWith('.')) open.push(new URL(target!.replace(/\.js$/, '.ts'), file));
      else packages.add(target!);
    }
  }
  const outside = [...seen].filter((name) => !name.startsWith('clustering/hdbscan/'));
  expect(outside.sort()).toEqual([
    'errors.ts',
    'numeric/matrix.ts',
    'numeric/symmetric-eigen.ts',
    'progress.ts',
  ]);
  expect([...packages].sort()).toEqual([
    'node:crypto',
    'node:timers/promises',
    'node:worker_threads',
    'node:zlib',
    'zod',
  ]);
});
