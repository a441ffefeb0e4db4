import { SegmentsError } from '../errors.js';

/** The refusal of a file that would fill the disk. */
export function tooLarge(where: string, bytes: number, mostBytes: number): SegmentsError {
  return new SegmentsError('SourceRefused', `${where}: ${bytes} bytes; at most ${mostBytes} are read`, {
    where,
    remedy: 'Name one file of the dataset, or download it yourself and name it as csv:FILE.',
  });
}
