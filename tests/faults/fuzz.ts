import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { quoteLiteral } from '../../shared/duckdb/quote.js';
import { withDuckDb } from '../../shared/duckdb/with-duckdb.js';
import { projectRoot } from '../support/segments-command.js';
import { salesHeader, smallMarketRows } from '../support/small-market.js';
import { zipArchive } from '../unit/sources/zip-archive.js';

export const fuzzKinds = ['csv', 'gzip', 'zip', 'parquet'] as const;
export type FuzzKind = (typeof fuzzKinds)[number];

export interface FuzzOutcome {
  readonly seed: number;
  /** Taken, with what became of the rows. */
  readonly counts?: Record<'read' | 'used' | 'rejected' | 'duplicatesSummed' | 'afterAsOf', number>;
  /** Refused. */
  readonly code?: string;
  readonly retryable?: boolean;
  readonly remedy?: string;
  /** Neither: an error that is not ours, a crash, or a hang. */
  readonly defect?: string;
}

/** Whole files of every kind, for the damage to begin with. */
async function sampleOf(kind: FuzzKind, folder: string): Promise<string> {
  const csv = Buffer.from(`${salesHeader}\n${smallMarketRows({ retailers: 6, months: 6 }).join('\n')}\n`);
  const file = path.join(folder, `sample.${kind}`);
  if (kind === 'csv') await writeFile(file, csv);
  else if (kind === 'gzip') await writeFile(file, gzipSync(csv));
  else if (kind === 'zip') await writeFile(file, zipArchive([{ name: 'sales.csv', bytes: csv }]));
  else {
    const plain = path.join(folder, 'sample.csv');
    await writeFile(plain, csv);
    await withDuckDb({ memoryLimit: '300MB', threads: 1, scratch: folder }, (db) =>
      db.run(
        `COPY (SELECT * FROM read_csv(${quoteLiteral(plain)})) TO ${quoteLiteral(file)} (FORMAT parquet)`,
      ),
    );
  }
  return file;
}

/** Longest that one damaged file of a few kilobytes may take: far beyond what an honest answer needs. */
const patienceMilliseconds = 60_000;

/** Ingests `count` damaged files of a kind, each by its seed; a crash or a hang costs one seed. */
export async function fuzz(kind: FuzzKind, count: number, folder: string): Promise<FuzzOutcome[]> {
  await mkdir(folder, { recursive: true });
  const sample = await sampleOf(kind, folder);
  const outcomes: FuzzOutcome[] = [];
  while (outcomes.length < count) {
    const next = outcomes.length;
    const child = spawn(
      process.execPath,
      [
        path.join(projectRoot, 'tests/faults/fuzz-child.mjs'),
        path.join(projectRoot, 'dist/shared'),
        kind,
        String(next),
        String(count - next),
        sample,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-600)));
    const ended = new Promise<string>((resolve) =>
      child.once('close', (code, signal) => resolve(`exit code ${code}, signal ${signal}: ${said}`)),
    );
    let began: number | undefined;
    let hung = false;
    const giveUp = (): void => {
      hung = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(giveUp, patienceMilliseconds);
    for await (const line of createInterface({ input: child.stdout })) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patienceMilliseconds);
      const outcome = JSON.parse(line) as FuzzOutcome & { began?: boolean };
      began = outcome.began ? outcome.seed : undefined;
      if (!outcome.began) outcomes.push(outcome);
    }
    clearTimeout(timer);
    const end = await ended;
    if (began !== undefined) outcomes.push({ seed: began, defect: hung ? 'hang' : `crash: ${end}` });
    else if (outcomes.length < count) throw new Error(`the fuzz process does not start: ${end}`);
  }
  return outcomes;
}

/** What is wrong with an outcome; undefined where it is a clear error or a correct result. */
export function problemOf({ defect, code, remedy, retryable, counts }: FuzzOutcome): string | undefined {
  if (defect !== undefined) return defect;
  if (code !== undefined) {
    if (retryable === true) return `${code} would be retried, and a damaged file stays damaged`;
    return remedy === undefined || remedy === '' ? `${code} without a remedy` : undefined;
  }
  const { read, used, rejected, afterAsOf } = counts!;
  if (used + rejected + afterAsOf !== read)
    return `of ${read} rows ${used} were used, ${rejected} refused, ${afterAsOf} later: some are unaccounted for`;
  return undefined;
}
