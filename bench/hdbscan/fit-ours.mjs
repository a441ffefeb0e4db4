/** One whole fit of ours in a fresh process, nothing warmed up: arguments and output as those of the peers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [library, file, rows, columns, minClusterSize, minSamples, threads, out] = process.argv.slice(2);
const { fitHdbscan } = await import(pathToFileURL(library).href);
const bytes = readFileSync(file);
const data = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
const wall = performance.now();
const cpu = process.cpuUsage();
const { clustering } = await fitHdbscan(
  { data, rows: Number(rows), columns: Number(columns) },
  { minClusterSize: Number(minClusterSize), minSamples: Number(minSamples), threads: Number(threads) },
);
const used = process.cpuUsage(cpu);
const seconds = (performance.now() - wall) / 1000;
writeFileSync(out, clustering.labels);
console.log(
  JSON.stringify({
    wall: seconds,
    cpu: (used.user + used.system) / 1e6,
    memory: process.resourceUsage().maxRSS / 1024,
  }),
);
