/**
 * Compiles the kernels and writes them as a TypeScript module, so that neither the build nor an installation needs
 * the compiler: `node shared/clustering/assembly/build.mjs`. A test checks that the module is what this gives.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = new URL('./', import.meta.url);
const target = new URL('../hdbscan/kernel-binary.ts', import.meta.url);

/** The text of the module with the compiled kernels. */
export async function buildKernels() {
  const { options } = JSON.parse(readFileSync(new URL('asconfig.json', folder), 'utf8'));
  const flags = Object.entries(options).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [value].flat().flatMap((item) => [`--${name}`, String(item)]),
  );
  let binary;
  const messages = [];
  const { error } = await asc.main(['index.ts', ...flags, '--outFile', 'kernels.wasm'], {
    readFile: (name) => {
      try {
        return readFileSync(new URL(name, folder), 'utf8');
      } catch {
        return null;
      }
    },
    writeFile: (name, contents) => {
      if (name === 'kernels.wasm') binary = contents;
    },
    listFiles: () => [],
    stderr: { write: (text) => void messages.push(String(text)) },
  });
  if (error || !binary) throw new Error(`The kernels do not compile: ${messages.join('')}`);
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,110}/g);
  return [
    '// Compiled from shared/clustering/assembly by its build.mjs: change that, not this.',
    '// prettier-ignore',
    'export const kernelBinary =',
    lines.map((line) => `  '${line}'`).join(' +\n') + ';',
    '',
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(fileURLToPath(target), await buildKernels());
}
