import { z } from 'zod';
import { validate } from '../contracts/validate.js';
import { SegmentsError } from '../errors.js';
import { segmentIdSchema, type SegmentRegistry } from './segment-registry.js';

/** Where a store keeps the names that people gave: `{ "S01": "Beach kiosks" }`. */
export const nameOverridesKey = 'segment-names.json';

const nameOverridesSchema = z.record(segmentIdSchema, z.string().trim().min(1).max(80));

export type NameOverrides = Readonly<Record<string, string>>;

/** Reads `segment-names.json`, which people write. @throws SegmentsError InvalidInput, with every problem */
export function parseNameOverrides(bytes: Uint8Array, where = nameOverridesKey): NameOverrides {
  const remedy = `Correct it: one JSON object of segment IDs and names, as { "S01": "Beach kiosks" }.`;
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new SegmentsError('InvalidInput', `${where} is not JSON: ${(error as Error).message}`, {
      where,
      remedy,
    });
  }
  return validate(nameOverridesSchema, content, { code: 'InvalidInput', where, remedy });
}

/** The registry with the names that people gave; IDs that it does not have are left alone. */
export function overrideNames(registry: SegmentRegistry, names: NameOverrides): SegmentRegistry {
  const segments = registry.segments.map((segment) => {
    const name = Object.hasOwn(names, segment.id) ? names[segment.id] : undefined;
    return name === undefined ? segment : { ...segment, name };
  });
  return { ...registry, segments };
}
