import { SegmentsError } from '../errors.js';

/** The refusal of a file that would fill the disk. */
export function tooLarge(where: string, bytes: number, mostBytes: number): SegmentsError {
  return new SegmentsError('SourceRefused', `${where}: ${bytes} bytes; at most ${mostBytes} are read`, {
    where,
    remedy: 'Name fewer or smaller files, or download what is needed and name it as csv:FILE.',
  });
}
