import { isUtf8 } from 'node:buffer';
import { csvField } from '../../tabular/csv.js';
import { type CsvLayout } from './layout.js';

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** A record is never longer: what opens a quote and does not close it within so many bytes was not a quote. */
const longestRecord = 256 * 1024;
/** Characters of a refused record that are kept. */
const longestExcerpt = 1000;
/** Separates fields in what the scanner writes: no field of a used column can hold it. */
export const fieldSeparator = 0x1f;

/** Whether a record could be taken apart, needs bytes that are not there yet, or is no record. */
type Outcome = 'complete' | 'incomplete' | Refusal;
type Refusal =
  | 'a quote is never closed'
  | 'text follows a closing quote'
  | 'the line is too long'
  | 'the line is not UTF-8'
  | 'the line has too few fields'
  | 'the line has too many fields'
  | 'a used column holds a control character';

/**
 * Takes CSV records (RFC 4180) apart, byte by byte, and rewrites them as `line␟field␟…\n` of the used columns only,
 * without quotes: what DuckDB then reads in parallel without guessing. Knows each record's true line, whatever
 * quoted line breaks came before. A record that is none costs one line: scanning goes on at the next.
 * An unquoted field may hold quotes, which are taken as they are. Empty lines are skipped.
 */
export class RecordScanner {
  /** Records so far, refused ones included. */
  records = 0;
  refused = 0;
  private readonly special = new Uint8Array(256);
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly doubled: Uint8Array;
  private fields = 0;
  private next = 0;
  private lines = 0;
  private skipping = false;
  private out = Buffer.allocUnsafe(0);
  private written = 0;
  private filled: Buffer[] = [];
  private refusals = '';

  constructor(
    private readonly layout: CsvLayout,
    /** Line on which the first record begins. */
    private line: number,
  ) {
    for (const byte of [layout.delimiter, lineFeed, carriageReturn]) this.special[byte] = 1;
    this.starts = new Int32Array(layout.fields);
    this.ends = new Int32Array(layout.fields);
    this.doubled = new Uint8Array(layout.fields);
  }

  /**
   * Scans the records that `bytes` holds whole (all of them where `last`). Returns how many bytes were used up: the
   * caller hands the rest in again with what follows.
   */
  scan(bytes: Buffer, last: boolean): number {
    const validTo = bytes.lastIndexOf(lineFeed) + 1;
    const valid = isUtf8(bytes.subarray(0, validTo));
    let start = 0;
    while (start < bytes.length) {
      if (this.skipping) {
        const end = this.endOfLine(bytes, start, last);
        // A carriage return at the end may be half of a line end: it is looked at again.
        if (end === -1) return Math.max(start, bytes.length - (bytes.at(-1) === carriageReturn ? 1 : 0));
        this.skipping = false;
        this.line++;
        start = end;
        continue;
      }
      const outcome = this.takeApart(bytes, start, last);
      if (outcome === 'incomplete') return start;
      if (outcome === 'complete') {
        const text = valid && this.next <= validTo ? true : isUtf8(bytes.subarray(start, this.next));
        this.record(bytes, start, text);
        this.line += this.lines;
        start = this.next;
      } else {
        const end = this.endOfLine(bytes, start, last);
        // Wait for the rest of the line, unless it has no end in sight.
        if (end === -1 && bytes.length - start <= longestRecord) return start;
        start = this.skipLine(bytes, start, end, outcome);
      }
    }
    return start;
  }

  /** What was rewritten since the last call. */
  takeRecords(): Buffer[] {
    const taken = this.filled;
    if (this.written > 0) taken.push(this.out.subarray(0, this.written));
    this.filled = [];
    this.out = this.out.subarray(this.written);
    this.written = 0;
    return taken;
  }

  /** What was refused since the last call, as CSV lines `line,reason,row`. */
  takeRefusals(): string {
    const taken = this.refusals;
    this.refusals = '';
    return taken;
  }

  /** Finds the fields of the record at `start`; sets `fields`, `next` (where the following one begins), `lines`. */
  private takeApart(bytes: Buffer, start: number, last: boolean): Outcome {
    const { special, starts, ends, doubled } = this;
    const { delimiter, fields: expected } = this.layout;
    const length = bytes.length;
    const limit = Math.min(length, start + longestRecord);
    const cut = limit < length;
    let at = start;
    let field = 0;
    this.lines = 0;
    for (;;) {
      let from = at;
      let to: number;
      let twice = 0;
      if (at < length && bytes[at] === quote) {
        from = ++at;
        for (;;) {
          while (at < limit && bytes[at] !== quote) {
            const byte = bytes[at++]!;
            if (byte === lineFeed || (byte === carriageReturn && bytes[at] !== lineFeed)) this.lines++;
          }
          if (at >= limit) return last || cut ? 'a quote is never closed' : 'incomplete';
          if (at + 1 >= length && !last) return 'incomplete';
          if (bytes[at + 1] !== quote) break;
          twice = 1;
          at += 2;
        }
        to = at++;
        if (at < length && special[bytes[at]!] === 0) return 'text follows a closing quote';
      } else {
        while (at < limit && special[bytes[at]!] === 0) at++;
        to = at;
      }
      if (at >= limit && cut) return 'the line is too long';
      if (field < expected) {
        starts[field] = from;
        ends[field] = to;
        doubled[field] = twice;
      }
      field++;
      if (at >= length) {
        if (!last) return 'incomplete';
        this.next = at;
        break;
      }
      const byte = bytes[at++];
      if (byte === delimiter) continue;
      if (byte === carriageReturn) {
        if (at >= length && !last) return 'incomplete';
        if (bytes[at] === lineFeed) at++;
      }
      this.next = at;
      break;
    }
    this.lines++;
    this.fields = field;
    return 'complete';
  }

  private record(bytes: Buffer, start: number, text: boolean): void {
    const { fields: expected } = this.layout;
    if (this.fields === 1 && expected > 1 && this.starts[0] === this.ends[0]) return;
    let refusal: Refusal | undefined;
    if (!text) refusal = 'the line is not UTF-8';
    else if (this.fields < expected) refusal = 'the line has too few fields';
    else if (this.fields > expected) refusal = 'the line has too many fields';
    else if (!this.rewrite(bytes, this.next - start)) refusal = 'a used column holds a control character';
    if (refusal === undefined) this.records++;
    else this.refuse(refusal, bytes.subarray(start, this.next));
  }

  /** Writes line and used fields; false, and nothing written, where a field holds a control character. */
  private rewrite(bytes: Buffer, size: number): boolean {
    if (this.out.length - this.written < size + 64) {
      if (this.written > 0) this.filled.push(this.out.subarray(0, this.written));
      this.out = Buffer.allocUnsafe(Math.max(1 << 20, size + 64));
      this.written = 0;
    }
    const { out, starts, ends, doubled } = this;
    const { positions } = this.layout;
    let to = this.writeLine(this.written);
    for (let used = 0; used < positions.length; used++) {
      const field = positions[used]!;
      const end = ends[field]!;
      const twice = doubled[field] === 1;
      out[to++] = fieldSeparator;
      for (let at = starts[field]!; at < end; at++) {
        const byte = bytes[at]!;
        if (byte < 0x20) return false;
        out[to++] = byte;
        if (twice && byte === quote) at++;
      }
    }
    out[to++] = lineFeed;
    this.written = to;
    return true;
  }

  /** Writes the line number in decimal at `to` and returns where it ends. */
  private writeLine(to: number): number {
    let digits = 1;
    for (let power = 10; power <= this.line; power *= 10) digits++;
    let rest = this.line;
    for (let at = to + digits - 1; at >= to; at--) {
      const quotient = Math.floor(rest / 10);
      this.out[at] = 0x30 + rest - quotient * 10;
      rest = quotient;
    }
    return to + digits;
  }

  private refuse(reason: Refusal, record: Buffer): void {
    this.records++;
    this.refused++;
    const excerpt = record
      .toString('utf8', 0, 4 * longestExcerpt)
      .slice(0, longestExcerpt)
      .replace(/[\r\n]+$/, '');
    this.refusals += `${this.line},${csvField(reason)},${csvField(excerpt)}\n`;
  }

  /** Refuses the one line from `start` to `end` (-1: not yet known) and returns where to go on. */
  private skipLine(bytes: Buffer, start: number, end: number, reason: Refusal): number {
    this.refuse(reason, bytes.subarray(start, end === -1 ? bytes.length : end));
    if (end === -1) this.skipping = true;
    else this.line++;
    return end === -1 ? bytes.length : end;
  }

  /** Where the line after the one at `start` begins; -1 where that cannot be known yet. */
  private endOfLine(bytes: Buffer, start: number, last: boolean): number {
    let at = start;
    while (at < bytes.length && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) at++;
    if (at >= bytes.length) return last ? at : -1;
    if (bytes[at] === lineFeed) return at + 1;
    if (at + 1 >= bytes.length && !last) return -1;
    return bytes[at + 1] === lineFeed ? at + 2 : at + 1;
  }
}
