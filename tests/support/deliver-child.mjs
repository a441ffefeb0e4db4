// Delivers one run to a sink in a process of its own, so that a test can kill it. Arguments: folder of the compiled
// product, the sink as JSON, the number of retailers, the run ID. Prints "rows" once all rows are handed over.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [built, sink, count, runId] = process.argv.slice(2);
const { openSink } = await import(`${built}/shared/sinks/open-sink.js`);
const { openStore } = await import(`${built}/shared/artifacts/open-store.js`);
const numbers = Array.from({ length: Number(count) }, (_, i) => i);
const rows = {
  shopIds: numbers.map((i) => `shop-${String(i).padStart(6, '0')}`),
  segmentIds: numbers.map(() => 'S01'),
  segmentNames: numbers.map(() => null),
  previousSegmentIds: numbers.map(() => null),
  strengths: new Float64Array(numbers.length),
  outlierScores: new Float64Array(numbers.length),
};
const delivery = {
  runId,
  asOf: '2023-12',
  modelRunId: runId,
  finishedAt: 0,
  champion: true,
  artifacts: '',
  rows,
};
const opened = openSink(JSON.parse(sink), {
  env: process.env,
  openStore,
  duckDb: { memoryLimit: '500MB', threads: 1 },
});
await opened.deliver(delivery, {
  signal: new AbortController().signal,
  scratch: await mkdtemp(path.join(tmpdir(), 'segments-test-')),
  onProgress: ({ done, total }) => done === total && process.stdout.write('rows\n'),
});
process.stdout.write('delivered\n');
