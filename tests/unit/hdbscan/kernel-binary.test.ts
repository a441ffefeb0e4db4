import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the compiled kernels are what their sources compile to, byte for byte', async () => {
  const build = new URL('../../../shared/clustering/assembly/build.mjs', import.meta.url);
  const { buildKernels } = (await import(build.href)) as { buildKernels(): Promise<string> };
  const binary = new URL('../../../shared/clustering/hdbscan/kernel-binary.ts', import.meta.url);
  expect(await buildKernels()).toBe(readFileSync(binary, 'utf8'));
});
