// One reading of the table `sales`, in a process of its own: sends its seconds and its peak memory to the parent.
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { withDuckDb } from '../../dist/shared/duckdb/with-duckdb.js';
import { ingestSales } from '../../dist/shared/sources/ingest-sales.js';
import { stageSource } from '../../dist/shared/sources/open-source.js';

const [mode, parent] = process.argv.slice(2);
const scratch = mkdtempSync(path.join(parent, `${mode}-`));
const signal = new AbortController().signal;
let copied = 0;
// The last of these reports comes with the last bytes of the COPY.
const onProgress = ({ phase }) => phase === 'bytes read' && (copied = performance.now());
const shared = { scratch, signal, env: process.env, onProgress };
const source = { kind: 'postgres', table: 'sales' };
const started = performance.now();
await withDuckDb({ memoryLimit: '250MB', threads: 2, scratch }, (db) =>
  mode === 'stage'
    ? stageSource(source, { ...shared, db, asOf: undefined })
    : ingestSales({ ...shared, db, source, asOf: undefined, config: { maxRejectedShare: 0 } }),
);
const seconds = (performance.now() - started) / 1000;
const copySeconds = (copied - started) / 1000;
rmSync(scratch, { recursive: true, force: true });
process.send({ seconds, copySeconds, peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) });
process.disconnect();
