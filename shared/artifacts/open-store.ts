import { SegmentsError } from '../errors.js';
import { createFileStore } from './file-store.js';
import { createS3Store } from './s3-store.js';
import { type ArtifactStore } from './store.js';

/** Opens a store by its URI: `file:///dir` or `s3://bucket/prefix`. Nothing is read or written yet. @throws InvalidInput */
export function openStore(uri: string): ArtifactStore {
  if (/^file:\/\/\/./.test(uri)) return createFileStore(uri);
  if (/^s3:\/\/[^/]+/.test(uri)) return createS3Store(uri);
  throw new SegmentsError(
    'InvalidInput',
    `artifacts: found ${JSON.stringify(uri)}; expected file:///folder or s3://bucket/prefix`,
    {
      where: 'artifacts',
      remedy: 'Give an absolute folder as file:///…, or a bucket as s3://….',
    },
  );
}
