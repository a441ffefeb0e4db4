// Ingests damaged files in a process of its own, so that a crash or a hang of native code is seen as what it is.
//   node fuzz-child.mjs <folder of dist/shared> <kind> <first seed> <seeds>   one line of JSON a seed
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [shared, kind, first, count, sample] = process.argv.slice(2);
const load = (name) => import(`${shared}/${name}`);
const { ingestSales } = await load('sources/ingest-sales.js');
const { withDuckDb } = await load('duckdb/with-duckdb.js');
const { SegmentsError } = await load('errors.js');
const { seededRandom } = await load('numeric/seeded-random.js');

/** Words that readers are known to stumble over. */
const dictionary = [
  ...[
    '"',
    '""',
    ',',
    '\n',
    '\r\n',
    '\r',
    '\0',
    '\ufeff',
    '\\N',
    'NaN',
    'Infinity',
    '-0',
    '1e309',
    '9'.repeat(400),
  ],
  ...["'; DROP TABLE sales; --", '=cmd()', '\u202e', '\ud83d\ude00', 'PAR1', 'PK\x03\x04', '\x1f\x8b'],
].map((text) => Buffer.from(text));

/** One to six damages: bits, bytes, cuts, repeats, insertions, runs of zeros. */
function damaged(bytes, random) {
  let out = Buffer.from(bytes);
  const times = 1 + random.integer(6);
  for (let t = 0; t < times && out.length > 0; t++) {
    const at = random.integer(out.length);
    const length = 1 + random.integer(Math.max(1, Math.min(200, out.length - at)));
    const cut = (middle) => Buffer.concat([out.subarray(0, at), middle, out.subarray(at + length)]);
    const damage = [
      () => ((out[at] ^= 1 << random.integer(8)), out),
      () => ((out[at] = random.integer(256)), out),
      () => out.subarray(0, at),
      () => cut(Buffer.alloc(0)),
      () => cut(Buffer.alloc(length)),
      () => Buffer.concat([out.subarray(0, at), out.subarray(at, at + length), out.subarray(at)]),
      () =>
        Buffer.concat([out.subarray(0, at), dictionary[random.integer(dictionary.length)], out.subarray(at)]),
      // The last bytes of Parquet and zip say where everything is: damage there is the most telling.
      () => ((out[out.length - 1 - random.integer(Math.min(64, out.length))] = random.integer(256)), out),
    ];
    out = Buffer.from(damage[random.integer(damage.length)]());
  }
  return out;
}

const whole = await readFile(sample);
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const folder = await mkdtemp(path.join(tmpdir(), 'segments-fuzz-'));
  process.stdout.write(`${JSON.stringify({ seed, began: true })}\n`);
  let line;
  try {
    const file = path.join(folder, 'source');
    await writeFile(file, damaged(whole, seededRandom(seed, `damage ${kind}`)));
    const { counts } = await withDuckDb({ memoryLimit: '300MB', threads: 1, scratch: folder }, (db) =>
      ingestSales({
        db,
        source: { kind: kind === 'parquet' ? 'parquet' : 'csv', path: file },
        asOf: '2023-12',
        config: { maxRejectedShare: 1 },
        scratch: folder,
        onProgress: () => undefined,
        signal: new AbortController().signal,
      }),
    );
    const { read, used, rejected, duplicatesSummed, afterAsOf } = counts;
    line = { seed, counts: { read, used, rejected, duplicatesSummed, afterAsOf } };
  } catch (error) {
    line =
      error instanceof SegmentsError
        ? { seed, code: error.code, retryable: error.retryable, remedy: error.remedy }
        : { seed, defect: String(error?.stack ?? error).slice(0, 600) };
  }
  process.stdout.write(`${JSON.stringify(line)}\n`);
  await rm(folder, { recursive: true, force: true });
}
