import { z } from 'zod';

/** What stages exchange instead of data: where a file is, and what proves that it is that file. */
export const referenceSchema = z.strictObject({
  /** `file:///dir/…` or `s3://bucket/…` */
  uri: z.string(),
  /** Lower-case hex of the whole file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
  /** Data rows, headers not counted; 0 for files without rows. */
  rows: z.int().nonnegative(),
});

export type Reference = z.infer<typeof referenceSchema>;
