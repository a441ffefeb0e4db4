import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { formatMessage } from 'publint/utils';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunSummary } from '../../../shared/contracts/run-summary.js';
import { installPacked, packPackage, type PackedPackage } from '../../support/packed-package.js';
import { cleanEnvironment, projectRoot } from '../../support/segments-command.js';
import { writeSmallMarket } from '../../support/small-market.js';

const run = promisify(execFile);
/** Bytes. The two bundles of the workflows are half of the unpacked size, the sample's sales a fifth. */
const largest = { packed: 6_000_000, unpacked: 15_000_000 };

let folder: string;
let packed: PackedPackage;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'segments-package-'));
  packed = await packPackage(folder);
  await installPacked(packed, folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A command in the folder, as a person types it. */
async function inFolder(command: string, ...args: string[]): Promise<string> {
  const options = { cwd: folder, env: cleanEnvironment(), maxBuffer: 20_000_000 };
  const { stdout } = await run(command, args, options).catch((error: Error & { stdout?: string }) => {
    throw new Error(`${error.message}\n${error.stdout ?? ''}`);
  });
  return stdout;
}

/** The programs that docs/library.md shows, each a file that declares what the page takes for given. */
async function writeDocumentedPrograms(): Promise<string[]> {
  const page = await readFile(path.join(projectRoot, 'docs/library.md'), 'utf8');
  const programs = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, text]) => text!);
  expect(programs.length).toBe(3);
  const given = `declare const data: Float64Array;
declare const newPoints: { data: Float64Array; rows: number; columns: number };
`;
  await Promise.all(
    programs.map((text, i) => writeFile(path.join(folder, `documented-${i}.ts`), `${given}${text}`)),
  );
  return programs.map((_, i) => `documented-${i}.ts`);
}

describe('the packed package', () => {
  test('holds what it needs and no more, within its size', () => {
    expect(packed.packedSize).toBeLessThan(largest.packed);
    expect(packed.unpackedSize).toBeLessThan(largest.unpacked);
    const tops = new Set(packed.files.map((file) => file.split('/')[0]!));
    expect([...tops].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'package.json',
      'samples',
    ]);
    expect(packed.files).toContain('dist/workflow-bundle.js');
    expect(
      packed.files.filter((file) => /\.map$|\.tsbuildinfo$|\.test\.|^dist\/infra\/services/.test(file)),
    ).toEqual([]);
  });

  test('has nothing that publint finds fault with', async () => {
    const pkgDir = path.join(folder, 'node_modules', 'stable-segments');
    const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg!))).toEqual([]);
  });

  test('has types that resolve as its code does, by attw', async () => {
    const attw = path.join(projectRoot, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    // Resolution by CommonJS and by Node 10 is what the profile leaves out: this is an ES module for Node 20.
    const table = await inFolder(
      process.execPath,
      attw,
      packed.tarball,
      '--profile',
      'esm-only',
      '--no-color',
    );
    for (const entry of ['stable-segments', 'stable-segments/hdbscan', 'stable-segments/artifacts'])
      expect(table).toContain(`"${entry}"`);
  });

  test('gives a working command in an empty folder: npx stable-segments doctor is ready', async () => {
    const answer = await inFolder('npx', '--no-install', 'stable-segments', 'doctor', '--json');
    const { healthy, findings } = JSON.parse(answer) as { healthy: boolean; findings: object[] };
    expect(findings, answer).toContainEqual(
      expect.objectContaining({ what: 'Temporal server', state: 'ok' }),
    );
    expect(healthy).toBe(true);
  });

  test('runs a month on a Temporal server of its own: bundle, threads and sample are found', async () => {
    const source = await writeSmallMarket(folder);
    const answer = await inFolder(
      ...([
        'npx',
        '--no-install',
        'stable-segments',
        'run',
        '--engine',
        'temporal',
        '--raw',
        'off',
        '--json',
      ] as const),
      ...['--source', `csv:${source}`, '--as-of', '2023-12', '--artifacts', './runs'],
    );
    const summary = JSON.parse(answer) as RunSummary;
    expect(summary).toMatchObject({ verdict: 'first', asOf: '2023-12' });
    const sample = path.join(
      folder,
      'node_modules/stable-segments/samples/complete-journey/segments.config.yaml',
    );
    expect(await readFile(sample, 'utf8')).toContain('sales.parquet');
    await writeFile(path.join(folder, 'run-id.txt'), summary.runId);
  });

  test('gives its entry points with types: a strict program and those of docs/library.md compile, and it reads the run and clusters', async () => {
    await writeFile(
      path.join(folder, 'consumer.ts'),
      `import { errorCodes, retrainInputSchema, SegmentsError, type RetrainRequest, type RunSummary } from 'stable-segments';
import { openStore, readChampion, readManifest } from 'stable-segments/artifacts';
import { approximatePredict, fitHdbscan } from 'stable-segments/hdbscan';
import { pathToFileURL } from 'node:url';

const request: RetrainRequest = { source: { kind: 'csv', path: '/sales.csv' }, asOf: '2023-12' };
const { publish } = retrainInputSchema.parse(request);
// @ts-expect-error a source has a kind
const wrong: RetrainRequest = { source: { path: '/sales.csv' } };

const store = openStore(pathToFileURL('./runs').href);
const champion = await readChampion(store);
if (champion === undefined) throw new SegmentsError('RunNotFound', 'none', { where: store.uri, remedy: 'run' });
const { summary }: { summary: RunSummary } = await readManifest(store, champion.runId);

// So many that helper threads are started.
const rows = 40_000;
const data = new Float64Array(2 * rows);
for (let i = 0; i < rows; i++) data.set([(i % 200) / 10 + (i < rows / 2 ? 0 : 100), (Math.floor(i / 200) % 100) / 10], 2 * i);
const fit = await fitHdbscan({ data, rows, columns: 2 }, { minClusterSize: 1000, minSamples: 5, threads: 2 });
const { labels } = approximatePredict(fit, { data: Float64Array.of(9.4, 5.2, 109.4, 5.2), rows: 2, columns: 2 });
console.log(JSON.stringify({
  publish, runId: champion.runId, verdict: summary.verdict, retryable: errorCodes.StoreUnavailable.retryable,
  clusters: new Set(fit.clustering.labels).size, labels: [...labels], wrong: typeof wrong,
}));
`,
    );
    const compile = async (files: readonly string[], skipLibCheck: boolean): Promise<void> => {
      const compilerOptions = {
        ...{ module: 'NodeNext', target: 'ES2022', lib: ['ES2023'], types: ['node'], strict: true },
        ...{ skipLibCheck, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      };
      await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
      await inFolder(process.execPath, path.join(projectRoot, 'node_modules/typescript/bin/tsc'), '-p', '.');
    };
    await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
    await compile(['consumer.ts'], false);
    // Temporal's own declarations do not pass under these options.
    await compile(await writeDocumentedPrograms(), true);
    const found = JSON.parse(await inFolder(process.execPath, 'consumer.js')) as object;
    expect(found).toMatchObject({
      ...{ publish: true, verdict: 'first', retryable: true, clusters: 2 },
      runId: await readFile(path.join(folder, 'run-id.txt'), 'utf8'),
    });
    const { labels } = found as { labels: number[] };
    expect(new Set(labels).size).toBe(2);
  });

  test('keeps everything else to itself', async () => {
    await expect(
      inFolder(
        process.execPath,
        '--input-type=module',
        '-e',
        "await import('stable-segments/dist/cli/main.js')",
      ),
    ).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
