import { type Reference } from '../contracts/reference.js';
import { SegmentsError } from '../errors.js';
import { type Digest } from './file-digest.js';

/** Refuses content that is not what the reference was made of. @throws SegmentsError ArtifactCorrupt */
export function checkReference(reference: Reference, found: Digest): void {
  if (found.sha256 === reference.sha256 && found.bytes === reference.bytes) return;
  throw new SegmentsError(
    'ArtifactCorrupt',
    `${reference.uri}: found ${found.bytes} bytes with sha256 ${found.sha256}; expected ${reference.bytes} bytes with ${reference.sha256}`,
    {
      where: reference.uri,
      remedy:
        'Restore the file from a backup or a bucket version, or run that month again. It is not used as it is.',
    },
  );
}

export function notFound(uri: string): SegmentsError {
  return new SegmentsError('ArtifactNotFound', `found nothing at ${uri}; expected an artifact`, {
    where: uri,
    remedy: 'Check the store and the run ID; a removed artifact comes back by running that month again.',
  });
}

/** The key behind a reference of this store. @throws SegmentsError ArtifactNotFound for another store's reference */
export function keyOf(storeUri: string, uri: string): string {
  if (uri.startsWith(`${storeUri}/`)) {
    try {
      return decodeURIComponent(uri.slice(storeUri.length + 1));
    } catch {
      throw notFound(`${uri} (not a URI)`);
    }
  }
  throw notFound(`${uri} (not in ${storeUri})`);
}
