import { type Readable } from 'node:stream';
import { type Entry, open, type ZipFile } from 'yauzl';
import { unreadable } from '../source-file.js';

/** Entries that are looked at; an archive with more is no sales file. */
const mostEntries = 1000;

/**
 * The unpacked bytes of the only CSV in a zip archive. Nothing is written under a name from the archive; one
 * whose names lead out of a folder is refused all the same. `where` is what the archive is called in messages.
 */
export async function openZipEntry(path: string, where: string): Promise<Readable> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, opened) =>
      error ? reject(broken(where, error)) : resolve(opened),
    );
  });
  try {
    const entries = await list(where, zip);
    if (entries.some(({ fileName }) => fileName === 'xl/workbook.xml')) {
      throw unreadable(where, 'found an Excel workbook; expected CSV', 'Save the sheet as "CSV UTF-8".');
    }
    const csv = entries.filter(({ fileName }) => isCsv(fileName));
    const [entry] = csv;
    if (entry === undefined || csv.length > 1) {
      const names = entries.map(({ fileName }) => fileName).slice(0, 10);
      const message = `found ${csv.length} CSV files among ${entries.length} entries (${names.join(', ')}); expected one`;
      throw unreadable(where, message, 'Pack one .csv (or .tsv, .txt) file, or unpack it and name the file.');
    }
    if (entry.isEncrypted()) {
      throw unreadable(where, `${entry.fileName} is encrypted`, 'Pack the file without a password.');
    }
    const stream = await new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) => (error ? reject(broken(where, error)) : resolve(opened)));
    });
    stream.once('close', () => zip.close());
    return stream;
  } catch (error) {
    zip.close();
    throw error;
  }
}

function isCsv(name: string): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return /\.(csv|tsv|txt)$/i.test(base) && !base.startsWith('.') && !name.startsWith('__MACOSX/');
}

async function list(where: string, zip: ZipFile): Promise<Entry[]> {
  return await new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      if (entries.length > mostEntries) {
        reject(
          unreadable(where, `found more than ${mostEntries} entries; expected one`, 'Pack one CSV file.'),
        );
      } else zip.readEntry();
    });
    zip.once('end', () => resolve(entries));
    zip.once('error', (error: Error) => reject(broken(where, error)));
    zip.readEntry();
  });
}

function broken(where: string, error: Error): Error {
  return unreadable(where, `the zip archive is refused: ${error.message}`, 'Pack the CSV again.', error);
}
