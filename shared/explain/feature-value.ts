import { featureDefinitions } from '../features/definitions.js';

/** A feature's value as people read it: `66 units a month` for a `log_volume` of 4.2. */
export function featureValue(feature: string, value: number): string {
  const percent = (share: number): string => {
    const rounded = Math.round(100 * share);
    return rounded === 0 ? '±0%' : `${rounded > 0 ? '+' : ''}${rounded}%`;
  };
  if (feature === 'log_volume') return `${amount(Math.expm1(value))} units a month`;
  if (feature === 'log_breadth') return `${amount(Math.exp(value))} products a month`;
  if (/^season_\d\d$/.test(feature)) return `${percent(Math.expm1(value))} against its own mean`;
  if (feature === 'volume_sd') return `swings by ±${(100 * Math.expm1(value)).toFixed(0)}%`;
  if (feature === 'trend') return `${percent(Math.expm1(value))} a year`;
  if (feature === 'activity') return `${(100 * value).toFixed(0)}% of months`;
  if (feature === 'qty_yoy' || feature === 'products_yoy') return `${percent(value)} a year`;
  const unit = featureDefinitions.find(({ name }) => name === feature)?.unit;
  const plain = unit === undefined || unit === 'ratio' || unit === 'share of the maximum';
  return plain ? value.toFixed(2) : `${value.toFixed(2)} ${unit}`;
}

function amount(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
