import { z } from 'zod';

const milliseconds = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** A length of time as people write it: a whole number and a unit, `6 hours`. */
export const durationSchema = z.string().regex(/^[1-9]\d{0,4} (second|minute|hour|day)s?$/, {
  error: 'expected a whole number and seconds, minutes, hours or days, for example 6 hours',
});

/** Milliseconds of a duration that `durationSchema` let pass. */
export function durationMilliseconds(duration: string): number {
  const [count, unit] = duration.split(' ') as [string, string];
  return Number(count) * milliseconds[unit.replace(/s$/, '') as keyof typeof milliseconds];
}
