import { SegmentsError } from '../errors.js';

/** Endings of a folder store's own files: a writer's temporary file, and a lock. No artifact may have one of them. */
export const temporarySuffix = '.partial';
export const lockSuffix = '.lock';

const controlOrBackslash = /[\\\p{Cc}]/u;
// An unpaired surrogate has no UTF-8, so neither a file nor an object can have it in its name.
const unpaired = /\p{Surrogate}/u;

/**
 * Checks a key: relative, slash-separated, no empty, `.` or `..` part, no backslash or control character, at most 900
 * bytes of UTF-8 and 200 in a part (file systems allow 255, and temporary names are longer). @throws InvalidInput
 */
export function checkKey(key: string): string {
  const wrong = key
    .split('/')
    .some(
      (part) =>
        part === '' ||
        part === '.' ||
        part === '..' ||
        controlOrBackslash.test(part) ||
        unpaired.test(part) ||
        Buffer.byteLength(part) > 200,
    );
  const reserved = key.endsWith(temporarySuffix) || key.endsWith(lockSuffix);
  if (!wrong && !reserved && Buffer.byteLength(key) <= 900) return key;
  throw new SegmentsError(
    'InvalidInput',
    `store key: found ${JSON.stringify(key.slice(0, 200))}; expected a relative path of plain names, not ending in ${temporarySuffix} or ${lockSuffix}`,
    {
      where: 'artifact key',
      remedy: 'Use letters, digits, dots and dashes, parts separated by slashes.',
    },
  );
}

/** Order of code points, which is the order of UTF-8 bytes and so that of S3 lists; JavaScript's own is of UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The URI of a key in a store; `#` and `?` are escaped too, so that it stays one path. */
export function uriOf(storeUri: string, key: string): string {
  return `${storeUri}/${encodeURI(key).replaceAll('#', '%23').replaceAll('?', '%3F')}`;
}
