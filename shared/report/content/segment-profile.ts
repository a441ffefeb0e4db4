import { type NamedFeatures } from '../../stability/feature-drift.js';
import { type ProfileRow } from '../report-input.js';
import { isCalendarFeature, traitLabel } from './feature-labels.js';
import { type FeatureSpread, meansOver } from './feature-spread.js';

/** Calendar months that a profile lists: the seasonal curve shows the others. */
const calendarRows = 2;

/**
 * How a segment differs from all retailers, strongest first: of `model`, the features that segments are made from.
 * `rows` are its retailers.
 */
export function segmentProfile(
  features: NamedFeatures,
  spread: FeatureSpread,
  rows: readonly number[],
  model: readonly string[],
): ProfileRow[] {
  const own = meansOver(features, rows);
  const profile = model.flatMap((feature): ProfileRow[] => {
    const j = features.names.indexOf(feature);
    if (j < 0) return [];
    const [mean, meanOfAll, deviation] = [own[j]!, spread.means[j]!, spread.deviations[j]!];
    const effect = (mean - meanOfAll) / deviation;
    if (!Number.isFinite(effect)) return [];
    return [{ feature, phrase: traitLabel(feature, effect > 0), mean, meanOfAll, effect }];
  });
  // Equal effects stay in the order of the features.
  profile.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  let months = 0;
  return profile.filter(({ feature }) => !isCalendarFeature(feature) || months++ < calendarRows);
}

/** Mean seasonal deviation by calendar month, January first; undefined where a month is not among the features. */
export function segmentSeasonality(features: NamedFeatures, rows: readonly number[]): number[] | undefined {
  const own = meansOver(features, rows);
  const months = Array.from({ length: 12 }, (_, m) =>
    features.names.indexOf(`season_${String(m + 1).padStart(2, '0')}`),
  );
  const values = months.map((j) => (j < 0 ? NaN : own[j]!));
  return values.every(Number.isFinite) ? values : undefined;
}
