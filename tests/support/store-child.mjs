// A process of its own that writes to a store until it is killed, or races for a swap once a line says so.
//   node store-child.mjs <open-store.js> <store URI> put <key> <file> <file>
//   node store-child.mjs <open-store.js> <store URI> swap <key>
import { createInterface } from 'node:readline';

const [module, uri, mode, key, ...files] = process.argv.slice(2);
const { openStore } = await import(module);
const store = openStore(uri);

if (mode === 'put') {
  console.log('ready');
  for (let turn = 0; ; turn++) await store.putFile(key, files[turn % files.length], { rows: 0 });
} else {
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const { text, expected } = JSON.parse(line);
    const won = await store.swap(key, new TextEncoder().encode(text), expected ?? undefined);
    console.log(JSON.stringify(won));
  }
}
