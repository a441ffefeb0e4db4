import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceSchema } from '../../../shared/contracts/source.js';
import { type SqlRow } from '../../../shared/duckdb/duckdb.js';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { featureDefinitions } from '../../../shared/features/definitions.js';
import { ingestFeatures, type IngestedFeatures } from '../../../shared/sources/feast/ingest-features.js';
import { errorOf, inDuckDb } from './ingesting.js';

const features = featureDefinitions.map(({ name }, i) => `${i / 4}::DOUBLE AS ${name}`).join(', ');

/** SQL of one row of an offline store. */
function row(shop: string, at: string, changed = ''): string {
  return `SELECT ${shop} AS shop_id, TIMESTAMPTZ '${at}' AS event_timestamp, TIMESTAMPTZ '2024-05-01T00:00:00Z' AS created,
    '2021-02' AS first_month, '2023-12' AS last_month, 30 AS active_months, ${features}
  `.replace(/^SELECT [^]*$/, (sql) => (changed === '' ? sql : `SELECT * REPLACE (${changed}) FROM (${sql})`));
}

interface Trial extends IngestedFeatures {
  readonly rows: SqlRow[];
  readonly rejected: string[];
}

async function ingest(
  sql: readonly string[],
  given: { readonly retailers?: readonly string[]; readonly source?: object } = {},
): Promise<Trial> {
  return await inDuckDb(async (db, folder) => {
    await db.run("SET TimeZone = 'UTC'").catch(() => undefined);
    const [path, scratch] = [join(folder, 'offline'), join(folder, 'results')];
    for (const created of [path, scratch]) await mkdir(created);
    // Names that DuckDB would take for patterns.
    for (const [i, part] of sql.entries()) {
      await db.run(`COPY (${part}) TO ${quoteLiteral(join(path, `part [${i}].parquet`))} (FORMAT parquet)`);
    }
    const source = sourceSchema.parse({
      kind: 'feast',
      path,
      createdTimestampColumn: 'created',
      ...given.source,
    });
    const ingested = await ingestFeatures({
      db,
      source: source as Extract<typeof source, { kind: 'feast' }>,
      asOf: '2023-12',
      config: { maxRejectedShare: 0.95 },
      scratch,
      retailers: given.retailers,
      onProgress: () => undefined,
      signal: new AbortController().signal,
      env: {},
    });
    return {
      ...ingested,
      rows: await db.rows(`SELECT * FROM read_parquet(${quoteLiteral(ingested.retailersPath)})`),
      rejected: (await readFile(ingested.rejectedPath, 'utf8')).split('\n').slice(1, -1),
    };
  });
}

describe('features of an offline store', () => {
  it('are, of each retailer, those that hold at the end of the as-of month, and of one time those created last', async () => {
    const found = await ingest([
      row("'A'", '2023-11-30T23:00:00Z'),
      row("'A'", '2024-01-01T00:00:00Z', '7::DOUBLE AS log_volume'),
      row("'A'", '2024-01-01T00:00:00.000001Z', '9::DOUBLE AS log_volume'),
      row(
        "'B'",
        '2024-01-01T01:30:00+02:00',
        `8::DOUBLE AS log_volume, TIMESTAMPTZ '2024-05-02T00:00:00Z' AS created`,
      ),
      // Pushed twice, a row is the same row.
      `${row("'B'", '2023-12-31T23:30:00Z')} UNION ALL ${row("'B'", '2023-12-31T23:30:00Z')}`,
      row("'C'", '2024-02-01T00:00:00Z'),
    ]);
    expect(
      found.rows.map((each) => [
        each['shop_id'],
        each['log_volume'],
        each['first_period'],
        each['active_months'],
      ]),
    ).toEqual([
      ['A', 7, 2021n * 12n + 1n, 30n],
      ['B', 8, 2021n * 12n + 1n, 30n],
    ]);
    expect(found.counts).toMatchObject({
      read: 7,
      used: 2,
      rejected: 0,
      afterAsOf: 2,
      firstMonth: '2021-02',
      lastMonth: '2023-12',
    });
    expect(found.fingerprint).toMatchObject({ kind: 'feast', rows: 7, version: '6 files' });
  });

  it('are refused row by row, each for its reason; a value that is not there is missing', async () => {
    const at = '2024-01-01T00:00:00Z';
    const found = await ingest(
      [
        row("'good'", at, 'NULL::DOUBLE AS trend'),
        row('NULL::VARCHAR', at),
        row("''", at),
        row("'no time'", at, 'NULL::TIMESTAMPTZ AS event_timestamp'),
        row("'twice'", at),
        row("'twice'", at, '3::DOUBLE AS trend'),
        row("'infinite'", at, "'inf'::DOUBLE AS trend"),
        row("'ahead'", at, "'2024-01' AS last_month"),
        row("'backwards'", at, "'2024' AS first_month"),
        row("'months'", at, 'NULL::INTEGER AS active_months'),
        row("'old'", '2023-01-01T00:00:00Z'),
        row("'empty'", at, featureDefinitions.map(({ name }) => `NULL::DOUBLE AS ${name}`).join(', ')),
      ],
      { source: { ttlDays: 100 } },
    );
    expect(found.rows.map((each) => [each['shop_id'], each['trend']])).toEqual([['good', null]]);
    expect(found.counts.rejectedByReason).toEqual({
      'shop_id is missing': 2,
      'the time is missing': 1,
      'another row of this retailer has the same time': 1,
      'trend is not finite': 1,
      'last_month is after the as-of month': 1,
      'first_month is not YYYY-MM': 1,
      'active_months is not a number of months': 1,
      'the row is older than 100 days': 1,
      'no feature has a value': 1,
    });
    expect(found.rejected).toContain('8,the row is older than 100 days,"old,2021-02,2023-12,30"');
  });

  it('are those of the retailers asked for', async () => {
    const found = await ingest([row("'A'", '2024-01-01T00:00:00Z'), row("'B'", '2024-01-01T00:00:00Z')], {
      retailers: ['B', "x'"],
    });
    expect(found.rows.map((each) => each['shop_id'])).toEqual(['B']);
  });

  it('are found under other names, and integers are IDs', async () => {
    const renamed = row('42', '2024-01-01T00:00:00Z')
      .replace('AS trend', 'AS slope')
      .replace('AS shop_id', 'AS outlet')
      .replace('AS event_timestamp', 'AS valid_from');
    const found = await ingest([renamed], {
      source: { timestampField: 'valid_from', columns: { trend: 'slope', shop_id: 'outlet' } },
    });
    expect(found.rows.map((each) => each['shop_id'])).toEqual(['42']);
  });

  it('that are not all there are refused with every problem', async () => {
    const broken = row("'A'", '2024-01-01T00:00:00Z')
      .replace(/[\d.]+::DOUBLE AS trend/, "'up' AS trend")
      .replace('AS log_volume', 'AS volume')
      .replace("'2023-12' AS last_month", "DATE '2023-12-01' AS last_month");
    const error = await errorOf(ingest([broken], { source: { columns: { nothing: 'x' } } }));
    expect(error.code).toBe('MissingColumn');
    expect(error.problems).toEqual([
      'columns.nothing: found a name of nothing that is read here',
      'last_month: found column last_month of type DATE; expected text YYYY-MM',
      'log_volume: found no column log_volume; expected a number',
      'trend: found column trend of type VARCHAR; expected a number',
    ]);
    const none = await errorOf(ingest([row("'A'", '2024-02-01T00:00:00Z')]));
    expect(none.code).toBe('NoSales');
  });
});
