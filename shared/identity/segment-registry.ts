import { z } from 'zod';
import { asOfMonthSchema } from '../contracts/as-of-month.js';
import { SegmentsError } from '../errors.js';

export const segmentIdSchema = z.string().regex(/^S\d{2,}$/, { error: 'expected a segment ID such as S01' });

const segmentSchema = z.strictObject({
  id: segmentIdSchema,
  /** What sets it apart, in words; given at birth and kept, so that reports stay comparable. */
  name: z.string().min(1).optional(),
  /** As-of month of the run that first had it. */
  bornAsOf: asOfMonthSchema,
  /** As-of month of the first run that no longer had it. */
  retiredAsOf: asOfMonthSchema.optional(),
});

/** Every segment that ever was, carried from run to run in `segments.json`: an ID is never given twice. */
export const segmentRegistrySchema = z
  .strictObject({
    version: z.literal(1),
    /** Number of the next new segment. */
    next: z.int().positive(),
    /** In order of their IDs. */
    segments: z.array(segmentSchema),
  })
  .refine((registry) => registry.segments.every((segment) => numberOf(segment.id) < registry.next), {
    error: 'next must exceed the number of every segment',
  })
  .refine(
    (registry) => new Set(registry.segments.map((segment) => segment.id)).size === registry.segments.length,
    {
      error: 'a segment ID occurs twice',
    },
  );

export type SegmentRegistry = z.infer<typeof segmentRegistrySchema>;
export type RegisteredSegment = SegmentRegistry['segments'][number];

export const emptyRegistry: SegmentRegistry = { version: 1, next: 1, segments: [] };

/** `S01`, … `S99`, `S100`, … */
export function segmentId(number: number): string {
  return `S${String(number).padStart(2, '0')}`;
}

function numberOf(id: string): number {
  return Number(id.slice(1));
}

/** Segments that the latest run had. */
export function livingSegments(registry: SegmentRegistry): RegisteredSegment[] {
  return registry.segments.filter((segment) => segment.retiredAsOf === undefined);
}

/** Adds a segment with a fresh ID. */
export function bear(registry: SegmentRegistry, asOf: string): { registry: SegmentRegistry; id: string } {
  const id = segmentId(registry.next);
  const segments = [...registry.segments, { id, bornAsOf: asOf }];
  return { registry: { ...registry, next: registry.next + 1, segments }, id };
}

/** Marks living segments as gone from `asOf` on. */
export function retire(registry: SegmentRegistry, ids: ReadonlySet<string>, asOf: string): SegmentRegistry {
  const segments = registry.segments.map((segment) =>
    ids.has(segment.id) && segment.retiredAsOf === undefined ? { ...segment, retiredAsOf: asOf } : segment,
  );
  return { ...registry, segments };
}

/** Names the segments of `names` that have none yet. */
export function nameSegments(registry: SegmentRegistry, names: ReadonlyMap<string, string>): SegmentRegistry {
  const segments = registry.segments.map((segment) => {
    const name = segment.name ?? names.get(segment.id);
    return name === undefined ? segment : { ...segment, name };
  });
  return { ...registry, segments };
}

/** Reads `segments.json`. Errors: ArtifactCorrupt. */
export function parseRegistry(json: unknown, where = 'segments.json'): SegmentRegistry {
  const result = segmentRegistrySchema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || where}: ${issue.message}`,
  );
  throw new SegmentsError('ArtifactCorrupt', `The segment registry is not valid: ${problems.join('; ')}`, {
    where,
    remedy: 'Restore the file from the store.',
    problems,
  });
}
