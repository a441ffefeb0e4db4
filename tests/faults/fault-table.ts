import { appendFile } from 'node:fs/promises';

/** One line of the table that `npm run test:faults` prints and docs/reliability.md keeps. */
export interface FaultRow {
  readonly fault: string;
  readonly rounds: number;
  readonly held: number;
  /** What was seen, in a few words with the figures. */
  readonly seen: string;
}

/** Adds a line to the table, where one is asked for. */
export async function recordFault(row: FaultRow): Promise<void> {
  const file = process.env['SEGMENTS_FAULT_TABLE'];
  if (file) await appendFile(file, `${JSON.stringify({ ...row, seen: row.seen.replaceAll(/\s+/g, ' ') })}\n`);
}
