import { monthIndex } from '../../../shared/contracts/as-of-month.js';
import { type Sale } from './market.js';

interface Month {
  readonly period: number;
  readonly quantity: number;
  readonly products: number;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]): number => total(values) / values.length;
const sampleSd = (values: readonly number[]): number =>
  Math.sqrt(total(values.map((value) => (value - mean(values)) ** 2)) / (values.length - 1));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Entropy of the shares of `values`, over the logarithm of `count`; missing for one month. */
function entropy(values: readonly number[], count: number): number {
  const sum = total(values);
  const raw = -total(values.map((value) => (value / sum) * Math.log(value / sum)));
  return count < 2 || values.length === 0 ? NaN : raw / Math.log(count);
}

/** A second implementation of every feature of one retailer, from the words of the definitions alone. NaN is missing. */
export function referenceFeatures(
  sales: readonly Sale[],
  shopId: string,
  asOf: string,
  windowMonths: number,
): Record<string, number> {
  const last = monthIndex(asOf);
  const byMonth = new Map<number, Sale[]>();
  for (const sale of sales) {
    const period = monthIndex(sale[2]);
    if (sale[0] !== shopId || sale[3] <= 0 || period > last) continue;
    byMonth.set(period, [...(byMonth.get(period) ?? []), sale]);
  }
  const history: Month[] = [...byMonth.entries()]
    .sort(([a], [b]) => a - b)
    .map(([period, rows]) => ({
      period,
      quantity: total(rows.map((row) => row[3])),
      products: new Set(rows.map((row) => row[1])).size,
    }));
  const window = history.filter(({ period }) => period > last - windowMonths);
  const tenure = last - history[0]!.period + 1;
  return { ...classic(history, last, tenure), ...shape(window, last, Math.min(tenure, windowMonths)) };
}

function classic(history: readonly Month[], last: number, tenure: number): Record<string, number> {
  const features: Record<string, number> = {};
  const quantities = history.map(({ quantity }) => quantity);
  const products = history.map((month) => month.products);
  for (let calendar = 0; calendar < 12; calendar++) {
    const suffix = String(calendar + 1).padStart(2, '0');
    const same = history.filter(({ period }) => period % 12 === calendar);
    features[`avg_qty_${suffix}`] = mean(same.map(({ quantity }) => quantity));
    features[`avg_products_${suffix}`] = mean(same.map((month) => month.products));
  }
  features['qty_cv'] = history.length < 2 ? NaN : sampleSd(quantities) / mean(quantities);
  features['products_cv'] = history.length < 2 ? NaN : sampleSd(products) / mean(products);
  features['sales_entropy'] = entropy(quantities, history.length);
  const yearsAgo = (k: number): Month[] =>
    history.filter(({ period }) => period > last - 12 * (k + 1) && period <= last - 12 * k);
  const growth = (of: (month: Month) => number): number => {
    const rates: number[] = [];
    for (let k = 1; 12 * (k + 1) <= tenure; k++) {
      const before = total(yearsAgo(k).map(of));
      if (before > 0) rates.push(total(yearsAgo(k - 1).map(of)) / before - 1);
    }
    return median(rates);
  };
  features['qty_yoy'] = growth(({ quantity }) => quantity);
  features['products_yoy'] = growth((month) => month.products);
  return features;
}

function shape(window: readonly Month[], last: number, tenure: number): Record<string, number> {
  const missing = window.length === 0;
  const y = window.map(({ quantity }) => Math.log(1 + quantity));
  const t = window.map(({ period }) => (period - last) / 12);
  const products = window.map((month) => month.products);
  const features: Record<string, number> = {
    log_volume: Math.log(1 + mean(window.map(({ quantity }) => quantity))),
    volume_sd: window.length < 2 ? NaN : sampleSd(y),
    entropy: entropy(
      window.map(({ quantity }) => quantity),
      tenure,
    ),
    trend: missing
      ? NaN
      : total(y.map((value, i) => (t[i]! - mean(t)) * (value - mean(y)))) /
        (total(t.map((value) => (value - mean(t)) ** 2)) + 0.5),
    activity: window.length / tenure,
    log_breadth: Math.log(mean(products)),
    breadth_cv: window.length < 2 ? NaN : sampleSd(products) / mean(products),
  };
  for (let calendar = 0; calendar < 12; calendar++) {
    const deviations = y
      .filter((_, i) => window[i]!.period % 12 === calendar)
      .map((value) => value - mean(y));
    const season = total(deviations) / (deviations.length + 1);
    features[`season_${String(calendar + 1).padStart(2, '0')}`] = missing ? NaN : season;
  }
  return features;
}
