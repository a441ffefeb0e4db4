import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configSchema } from '../../../shared/contracts/config.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';

const sample = fileURLToPath(new URL('../../../samples/complete-journey/', import.meta.url));

describe('the Complete Journey sample', () => {
  it('has a config that the schema accepts', async () => {
    const settings = z
      .object({ config: configSchema })
      .parse(parse(await readFile(`${sample}segments.config.yaml`, 'utf8')));
    expect(settings.config.features.windowMonths).toBe(12);
  });

  it('has the rows, units and shops that its README states, all of 2017, no key twice', async () => {
    const row = await withDuckDb({ memoryLimit: '500MB', threads: 2, scratch: tmpdir() }, (db) =>
      db.row(`
        SELECT sum(n)::INTEGER AS rows, count(*)::INTEGER AS keys, sum(q)::INTEGER AS units,
          count(DISTINCT shop_id)::INTEGER AS shops, min(year * 100 + month)::INTEGER AS first,
          max(year * 100 + month)::INTEGER AS last, min(q)::INTEGER AS least
        FROM (
          SELECT shop_id, product_id, year::INTEGER AS year, month::INTEGER AS month, count(*) AS n, sum(sales_qty) AS q
          FROM read_parquet('${sample}sales.parquet') GROUP BY ALL
        )`),
    );
    expect(row).toEqual({
      rows: 1_251_807,
      keys: 1_251_807,
      units: 1_896_338,
      shops: 2467,
      first: 201701,
      last: 201712,
      least: 1,
    });
  });
});
