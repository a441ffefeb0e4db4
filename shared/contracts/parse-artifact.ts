import { z } from 'zod';
import { SegmentsError } from '../errors.js';

/** A JSON file of a run by its schema. @throws SegmentsError ArtifactCorrupt, with every problem, for anything else. */
export function parseArtifact<S extends z.ZodType>(schema: S, bytes: Uint8Array, where: string): z.output<S> {
  let problem: string;
  try {
    const result = schema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    if (result.success) return result.data;
    problem = z.prettifyError(result.error);
  } catch (error) {
    problem = (error as Error).message;
  }
  throw new SegmentsError('ArtifactCorrupt', `${where} is not valid: ${problem}`, {
    where,
    remedy: 'Restore the file from the store, or run that month again.',
  });
}
