import { type SegmentsFile } from '../identity/segments-file.js';
import { sentenceCase } from '../report/sentence-case.js';

/** Names of all segments that ever were, as people read them, by ID; those of later files win. */
export function segmentNames(files: readonly SegmentsFile[]): ReadonlyMap<string, string> {
  return new Map(
    files.flatMap(({ registry }) =>
      registry.segments.flatMap(({ id, name }): [string, string][] =>
        name === undefined ? [] : [[id, sentenceCase(name)]],
      ),
    ),
  );
}

/** A segment's name; its ID where it has none. */
export function segmentName(file: SegmentsFile, id: string): string {
  return segmentNames([file]).get(id) ?? id;
}
