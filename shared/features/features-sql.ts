import { featureDefinitions } from './definitions.js';
import { type FeatureFrame } from './feature-definition.js';
import { type SqlDialect } from '../sql/sql-dialect.js';

export interface FeatureQuery {
  /** Relation `shop_id, tenure_months` of the retailers wanted. */
  readonly eligible: string;
  /** Relation `shop_id, period, qty, products` of their active months, none later than `lastPeriod`. */
  readonly months: string;
  /** Month index of the as-of month. */
  readonly lastPeriod: number;
  readonly windowMonths: number;
}

/**
 * One SELECT that computes every feature: `shop_id` and then the columns of the definition table, a row a retailer, in no
 * order. Plain SQL apart from the dialect's hooks.
 */
export function featuresSql(query: FeatureQuery, dialect: SqlDialect): string {
  const { eligible, months, lastPeriod, windowMonths } = query;
  const { sum, integer } = dialect;
  const columns = featureDefinitions.map(({ name, frame }) => `${frame}_features.${name}`);
  return `
WITH eligible AS (SELECT shop_id, tenure_months FROM ${eligible}),
months AS (
  SELECT shop_id, period, qty, products, MOD(period, 12) + 1 AS calendar, LN(1 + qty) AS y,
    (period - ${lastPeriod}) / 12e0 AS years, CAST(FLOOR((${lastPeriod} - period) / 12e0) AS ${integer}) AS years_ago
  FROM ${months}
),
${frameSql('history', 'months', '', dialect)},
${frameSql('window', `(SELECT * FROM months WHERE period > ${lastPeriod - windowMonths})`, `LEAST(tenure_months, ${windowMonths})`, dialect)},
totals AS (
  SELECT shop_id, years_ago, ${sum('qty')} AS qty, ${sum('products')} AS products FROM months GROUP BY shop_id, years_ago
),
growth AS (
  SELECT earlier.shop_id,
    COALESCE(later.qty, 0) / earlier.qty - 1 AS qty_growth,
    COALESCE(later.products, 0) / earlier.products - 1 AS products_growth
  FROM totals AS earlier
  JOIN eligible ON eligible.shop_id = earlier.shop_id
  LEFT JOIN totals AS later ON later.shop_id = earlier.shop_id AND later.years_ago = earlier.years_ago - 1
  WHERE earlier.years_ago >= 1 AND (earlier.years_ago + 1) * 12 <= eligible.tenure_months
),
growth_features AS (SELECT shop_id, ${expressions('growth', dialect)} FROM growth GROUP BY shop_id)
SELECT eligible.shop_id, ${columns.join(', ')}
FROM eligible
LEFT JOIN history_features ON history_features.shop_id = eligible.shop_id
LEFT JOIN window_features ON window_features.shop_id = eligible.shop_id
LEFT JOIN growth_features ON growth_features.shop_id = eligible.shop_id`;
}

/** The two steps of a frame: the retailer's own totals and means, then the features over months that know them. */
function frameSql(frame: 'history' | 'window', rows: string, tenure: string, dialect: SqlDialect): string {
  const { sum } = dialect;
  const mean = (column: string): string => `${sum(`months.${column}`)} / NULLIF(COUNT(months.period), 0)`;
  const level = ['months', 'total_qty', 'mean_qty', 'mean_products', 'mean_y', 'mean_years', 'tenure'];
  return `${frame}_retailers AS (
  SELECT eligible.shop_id, COUNT(months.period) AS months, ${sum('months.qty')} AS total_qty,
    ${mean('qty')} AS mean_qty, ${mean('products')} AS mean_products, ${mean('y')} AS mean_y,
    ${mean('years')} AS mean_years, ${tenure === '' ? 'tenure_months' : tenure} AS tenure
  FROM eligible LEFT JOIN ${rows} AS months ON months.shop_id = eligible.shop_id
  GROUP BY eligible.shop_id, tenure_months
),
${frame}_features AS (
  SELECT retailers.shop_id, ${expressions(frame, dialect)}
  FROM ${frame}_retailers AS retailers LEFT JOIN ${rows} AS months_ ON months_.shop_id = retailers.shop_id
  GROUP BY retailers.shop_id, ${level.join(', ')}
)`;
}

function expressions(frame: FeatureFrame, dialect: SqlDialect): string {
  return featureDefinitions
    .filter((definition) => definition.frame === frame)
    .map(({ name, sql }) => `${sql(dialect)} AS ${name}`)
    .join(',\n    ');
}
