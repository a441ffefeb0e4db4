import { SegmentsError } from '../shared/errors.js';
import { temporalConfig } from '../temporal.config.js';

/**
 * Refuses an input that Temporal took, but that would not pass on to an activity together with what the run adds to it:
 * the task that schedules the activity would then fail, and be tried again for ever.
 * @throws SegmentsError InvalidInput
 */
export function boundInput(type: string, input: unknown): void {
  const limit = temporalConfig.largestInput;
  // Length in UTF-16 units; three bytes each is the most that they become.
  const length = JSON.stringify(input)?.length ?? 0;
  if (length <= limit) return;
  throw new SegmentsError(
    'InvalidInput',
    `input of ${type}: found ${length} characters of JSON; expected at most ${limit}`,
    {
      where: `input of ${type}`,
      remedy: 'Put the data into a file or table and name it as the source: inputs only say where data is.',
    },
  );
}
