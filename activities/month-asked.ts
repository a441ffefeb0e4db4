import { type AsOfMonth } from '../shared/contracts/as-of-month.js';
import { SegmentsError } from '../shared/errors.js';

/** The as-of month, for a source that cannot tell which is its newest. @throws SegmentsError InvalidInput with why it is needed */
export function monthAsked(asOf: AsOfMonth | undefined, why: string, remedy: string): AsOfMonth {
  if (asOf !== undefined) return asOf;
  const message = `asOf: found nothing; expected a month, ${why}`;
  throw new SegmentsError('InvalidInput', message, { where: 'asOf', remedy });
}
