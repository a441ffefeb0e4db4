import { type AsOfMonth, monthOfIndex } from '../contracts/as-of-month.js';
import { type Config } from '../contracts/config.js';
import { SegmentsError } from '../errors.js';
import { type JudgedRows, type RowCounts } from './judge-rows.js';

/**
 * Throws TooManyRejectedRows where more than `maxRejectedShare` of the rows that the run may see are refused, and
 * NoSales where none is left.
 */
export function checkCounts(
  counts: RowCounts,
  { firstPeriod, lastPeriod }: Pick<JudgedRows, 'firstPeriod' | 'lastPeriod'>,
  asOf: AsOfMonth | undefined,
  config: Config['ingest'],
  where: string,
): void {
  const { rejected, used } = counts;
  const share = rejected / (rejected + used);
  if (share > config.maxRejectedShare) {
    const reasons = Object.entries(counts.rejectedByReason).map(([reason, count]) => `${reason}: ${count}`);
    const percent = (value: number): string => `${Number((value * 100).toPrecision(3))}%`;
    const message = `${rejected} of ${rejected + used} rows (${percent(share)}) are refused; at most ${percent(config.maxRejectedShare)} may be. ${reasons.join('; ')}`;
    throw new SegmentsError('TooManyRejectedRows', message, {
      where,
      remedy: 'Correct the source or its column mapping, or raise config.ingest.maxRejectedShare.',
      problems: reasons,
    });
  }
  if (used > 0) return;
  const held = Number.isNaN(firstPeriod)
    ? `the source holds no usable row (${counts.read} read)`
    : `the source holds ${monthOfIndex(firstPeriod)} to ${monthOfIndex(lastPeriod)}`;
  const wanted = asOf === undefined ? '' : `; expected sales up to ${asOf}`;
  throw new SegmentsError('NoSales', `${held}${wanted}`, {
    where,
    remedy: 'Choose an as-of month that the source reaches, or another source.',
  });
}
