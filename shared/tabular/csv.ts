import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Column } from './column.js';

/** A field as RFC 4180 wants it: quoted where it has to be. */
export function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function cell(column: Column, i: number): string {
  switch (column.type) {
    case 'text': {
      const value = column.values[i]!;
      return value === null ? '' : csvField(value);
    }
    case 'double': {
      const value = column.values[i]!;
      return Number.isNaN(value) ? '' : String(value);
    }
    case 'int':
      return String(column.values[i]!);
    case 'boolean':
      return column.values[i] === 1 ? 'true' : 'false';
  }
}

const linesAtOnce = 4096;

function* lines(columns: readonly Column[]): Generator<string> {
  yield `${columns.map(({ name }) => csvField(name)).join(',')}\n`;
  const rows = columns[0]?.values.length ?? 0;
  for (let from = 0; from < rows; from += linesAtOnce) {
    let text = '';
    for (let i = from; i < Math.min(from + linesAtOnce, rows); i++) {
      text += `${columns.map((column) => cell(column, i)).join(',')}\n`;
    }
    yield text;
  }
}

/** The table as CSV: header, LF line ends, numbers in the shortest form that reads back the same. */
export function csvText(columns: readonly Column[]): string {
  return [...lines(columns)].join('');
}

/** The same, streamed to a file, which is there only once it is whole. */
export async function writeCsv(path: string, columns: readonly Column[]): Promise<void> {
  const partial = `${path}.partial`;
  await pipeline(Readable.from(lines(columns)), createWriteStream(partial));
  await rename(partial, path);
}
