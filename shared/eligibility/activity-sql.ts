/**
 * What eligibility is judged by, `shop_id, first_period, last_period, active_months`, of every retailer in a relation of sales
 * `shop_id, period, sales_qty`: first and last active month (NULL where nothing was ever sold), and how many there are. In the
 * SQL of every engine.
 */
export function activitySql(sales: string, lastPeriod: number): string {
  return `SELECT shop_id, MIN(CASE WHEN active = 1 THEN period END) AS first_period,
      MAX(CASE WHEN active = 1 THEN period END) AS last_period, COUNT(CASE WHEN active = 1 THEN 1 END) AS active_months
    FROM (
      SELECT shop_id, period, MAX(CASE WHEN sales_qty > 0 THEN 1 ELSE 0 END) AS active
      FROM ${sales} WHERE period <= ${lastPeriod} GROUP BY shop_id, period
    ) AS months GROUP BY shop_id`;
}
