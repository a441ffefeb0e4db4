/** One whole fit of ours, after one of 2,000 points as the peers have it: arguments and output as theirs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [library, file, rows, columns, minClusterSize, minSamples, threads, out] = process.argv.slice(2);
const { fitHdbscan } = await import(pathToFileURL(library).href);
const bytes = readFileSync(file);
const data = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
const options = {
  minClusterSize: Number(minClusterSize),
  minSamples: Number(minSamples),
  threads: Number(threads),
};
const matrix = (n) => ({ data: data.subarray(0, n * columns), rows: n, columns: Number(columns) });
await fitHdbscan(matrix(Math.min(2000, Number(rows))), options);
const wall = performance.now();
const cpu = process.cpuUsage();
const { clustering } = await fitHdbscan(matrix(Number(rows)), options);
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
