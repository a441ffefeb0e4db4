import { fileURLToPath } from 'node:url';
import { SegmentsError } from '../errors.js';
import { createFileStore } from './file-store.js';
import { createS3Store } from './s3-store.js';
import { checkKey } from './store-key.js';
import { type ArtifactStore } from './store.js';

function isFolder(uri: string): boolean {
  if (!/^file:\/\/\/[^?#]+$/.test(uri)) return false;
  try {
    return fileURLToPath(uri).replace(/\/+$/, '') !== '';
  } catch {
    return false;
  }
}

function isBucket(uri: string): boolean {
  const prefix = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/(.*))?$/.exec(uri.replace(/\/+$/, ''));
  if (prefix === null) return false;
  try {
    if (prefix[1] !== undefined) checkKey(prefix[1]);
    return true;
  } catch {
    return false;
  }
}

/** Opens a store by its URI: `file:///dir` or `s3://bucket/prefix`. Nothing is read or written yet. @throws InvalidInput */
export function openStore(uri: string): ArtifactStore {
  if (isFolder(uri)) return createFileStore(uri);
  if (isBucket(uri)) return createS3Store(uri);
  throw new SegmentsError(
    'InvalidInput',
    `artifacts: found ${JSON.stringify(uri)}; expected file:///folder or s3://bucket/prefix`,
    {
      where: 'artifacts',
      remedy:
        'Give an absolute folder as file:///…, or a bucket of 3 to 63 small letters, digits, dots and dashes as s3://….',
    },
  );
}
