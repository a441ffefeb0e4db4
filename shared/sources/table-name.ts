import { SegmentsError } from '../errors.js';

/**
 * The parts of `schema.table`, each bare or in double quotes (`""` for one of its own). A bare part is folded as its
 * system folds it; a quoted one is taken as it stands. @throws InvalidInput
 */
export function parseTableName(text: string, fold: (part: string) => string, mostParts: number): string[] {
  const parts: string[] = [];
  const part = /\s*(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$-]*))\s*(\.|$)/uy;
  let ended = false;
  while (!ended) {
    const match = part.exec(text);
    if (match === null || parts.length === mostParts) throw notATable(text, mostParts);
    parts.push(match[1] === undefined ? fold(match[2]!) : match[1].replaceAll('""', '"'));
    ended = match[3] === '';
  }
  return parts;
}

function notATable(text: string, mostParts: number): SegmentsError {
  const form = ['database', 'schema', 'table'].slice(-mostParts).join('.');
  return new SegmentsError(
    'InvalidInput',
    `source.table: found ${JSON.stringify(text.slice(0, 200))}; expected ${form}`,
    {
      where: 'source.table',
      remedy: `Give ${form}; put a part in double quotes where it is no plain name, or use query.`,
    },
  );
}
