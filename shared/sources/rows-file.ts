import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { csvField } from '../tabular/csv.js';

/** Text is gathered up to this before it is written. */
const bufferCharacters = 1 << 20;

/** Writes rows that a client hands over as values into a CSV file as `stageCsv` wants it, counted and hashed. */
export class RowsFile {
  rows = 0;
  bytes = 0;
  private text = '';
  private readonly hash = createHash('sha256');

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async create(path: string): Promise<RowsFile> {
    return new RowsFile(path, await open(path, 'wx'));
  }

  /** Resolves once there is room for more. */
  async add(values: readonly (string | null)[]): Promise<void> {
    this.rows++;
    this.text += `${values.map((value) => (value === null ? '' : csvField(value))).join(',')}\n`;
    if (this.text.length >= bufferCharacters) await this.flush();
  }

  /** Writes what is left, and returns the SHA-256 of the file in lower-case hex. */
  async finish(): Promise<string> {
    await this.flush();
    return this.hash.digest('hex');
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async flush(): Promise<void> {
    const bytes = Buffer.from(this.text);
    this.text = '';
    this.bytes += bytes.length;
    this.hash.update(bytes);
    await this.file.writeFile(bytes);
  }
}
