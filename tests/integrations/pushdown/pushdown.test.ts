import { afterAll, describe, expect, test } from 'vitest';
import { type BigQueryEmulator } from '../../../infra/services/bigquery-emulator.js';
import { type Source } from '../../../shared/contracts/source.js';
import {
  type Cell,
  dirtyTable,
  type Placed,
  salesTable,
  type SystemUnderTest,
  type TestTable,
} from '../../integration/sources/source-contract.js';
import {
  bigQueryOf,
  bigQuerySystem,
  createBigQueryTable,
  startTestBigQuery,
} from '../sources/bigquery-system.js';
import { snowflakeSystem, startTestSnowflake } from '../sources/snowflake-system.js';
import { inWarehouse, refusalInWarehouse, rowByRow } from './both-ways.js';

const minutes = 60_000;
const bigQuery = await startTestBigQuery();
const snowflake = await startTestSnowflake();
afterAll(async () => void (await Promise.all([bigQuery?.stop(), snowflake?.stop()])));

const systems: [string, SystemUnderTest | undefined][] = [
  ['BigQuery (bqemulator)', bigQuery && bigQuerySystem(bigQuery)],
  ['Snowflake (fakesnow)', snowflake && snowflakeSystem(snowflake)],
];

function changed(
  table: TestTable,
  column: string,
  to: Partial<TestTable['columns'][number]>,
  cell?: (cell: Cell) => Cell,
): TestTable {
  const index = table.columns.findIndex(({ name }) => name === column);
  return {
    columns: table.columns.map((each, i) => (i === index ? { ...each, ...to } : each)),
    rows: table.rows.map((row) => row.map((each, i) => (i === index && cell ? cell(each) : each))),
  };
}

describe.each(systems)('%s computing features itself', (_name, system) => {
  const on = test.skipIf(system === undefined);

  on('only the retailers asked for are judged', { timeout: 2 * minutes }, async () => {
    const placed = await system!.put(salesTable(10));
    const retailers = ['S3', 'Łódź 8', 'nobody'];
    const [found, expected] = [
      await inWarehouse(placed, { retailers }),
      await rowByRow(placed, { retailers }),
    ];
    expect(found.featureBytes.equals(expected.featureBytes)).toBe(true);
    expect(found.counts.used).toBe(expected.counts.used);
  });

  on(
    'all refused rows are counted, and a hundred of each reason kept',
    { timeout: 2 * minutes },
    async () => {
      const bad = Array.from({ length: 150 }, (_, i): Cell[] => [`B${i}`, 'P', 2023, 13, 1, null]);
      const table = { ...dirtyTable, rows: [...dirtyTable.rows, ...bad] };
      const { counts, rejected } = await inWarehouse(await system!.put(table));
      expect(counts.rejectedByReason['month is not between 1 and 12']).toBe(151);
      expect(counts.rejected).toBe(160);
      const lines = rejected.trim().split('\n');
      expect(lines[0]).toBe('line,reason,row');
      expect(lines.filter((line) => line.includes('month is not between'))).toHaveLength(100);
      expect(lines.filter((line) => line.includes('is negative'))).toEqual([
        expect.stringMatching(/^\d+,sales_qty is negative,"A,P1,2023,1,-5(\.0)?,"$/),
      ]);
      expect(lines).toHaveLength(1 + 100 + 9);
    },
  );

  on('it refuses what the rows themselves would be refused for', { timeout: 4 * minutes }, async () => {
    const one = salesTable(1);
    const codes: Record<string, string> = {};
    const note = async (what: string, placed: Placed, maxRejectedShare = 1): Promise<string> => {
      const { code, message } = await refusalInWarehouse(placed, { maxRejectedShare });
      codes[what] = code;
      return message;
    };
    expect(await note('missing table', await system!.missing())).toMatch(/nothing.?here/i);
    const renamed = changed(one, 'sales_qty', { name: 'sold' });
    expect(await note('missing column', await system!.put(renamed))).toMatch(/no column sales_qty/i);
    const dated = changed(one, 'year', { type: 'date' }, (year) => `${year}-01-01`);
    expect(await note('changed type', await system!.put(dated))).toMatch(/year/i);
    const floating = changed(one, 'shop_id', { type: 'number' }, () => 7.5);
    expect(await note('floating ID', await system!.put(floating))).toMatch(/text or an integer for shop_id/i);
    await note('no rows', await system!.put({ ...one, rows: [] }));
    expect(await note('bad rows', await system!.put(dirtyTable), 0.01)).toMatch(/10 of 232 rows/);
    expect(codes).toEqual({
      'missing table': 'SourceNotFound',
      'missing column': 'MissingColumn',
      'changed type': 'SourceUnreadable',
      'floating ID': 'SourceUnreadable',
      'no rows': 'NoSales',
      'bad rows': 'TooManyRejectedRows',
    });
  });

  on('down, busy, cut off or stopped, it says which', { timeout: 5 * minutes }, async () => {
    const { wrongCredentials, killedHalfWay, throttled } = system!;
    if ('unshown' in wrongCredentials || 'unshown' in killedHalfWay || 'unshown' in throttled)
      throw new Error();
    const refused = await refusalInWarehouse(await wrongCredentials(await system!.put(salesTable(1))));
    expect([refused.code, refused.retryable]).toEqual(['CredentialsRefused', false]);
    const { strike, ...cut } = await killedHalfWay();
    let struck: Promise<void> | undefined;
    const broken = await refusalInWarehouse(cut, { onProgress: () => void (struck ??= strike()) });
    expect([broken.code, broken.retryable]).toEqual(['SourceUnavailable', true]);
    const busy = await refusalInWarehouse(await throttled());
    expect([busy.code, busy.retryable]).toEqual(['SourceUnavailable', true]);
    const stop = new AbortController();
    const reason = new Error('enough');
    const stopped = inWarehouse(await system!.slow(), { stop, onProgress: () => stop.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
  });
});

describe.skipIf(bigQuery === undefined)('BigQuery computing features itself', () => {
  const emulator: BigQueryEmulator = bigQuery!;
  const client = emulator && bigQueryOf(emulator);
  const env = { SEGMENTS_BIGQUERY_ENDPOINT: emulator?.endpoint, GOOGLE_CLOUD_PROJECT: emulator?.project };
  const at = (source: Omit<Extract<Source, { kind: 'bigquery' }>, 'kind'>): Placed => ({
    source: { kind: 'bigquery', ...source },
    env,
  });

  test(
    'an attempt that follows another reads the table as that one did',
    { timeout: 3 * minutes },
    async () => {
      const table = await createBigQueryTable(client, salesTable(3));
      let kept: string | undefined;
      const first = await inWarehouse(at({ table }), { keepSnapshot: (snapshot) => (kept = snapshot) });
      await client.query(`INSERT INTO ${table} VALUES ('late', 'P', 2023, 12, 5, 7)`);
      const again = await inWarehouse(at({ table }), { snapshot: kept! });
      expect(again.counts).toEqual(first.counts);
      expect(again.featureBytes.equals(first.featureBytes)).toBe(true);
      expect((await inWarehouse(at({ table }))).counts.used).toBe(first.counts.used + 1);
    },
  );

  test(
    'a view and a query are read in one statement, with parameters',
    { timeout: 3 * minutes },
    async () => {
      const table = await createBigQueryTable(client, salesTable(4));
      await client.query(`CREATE VIEW ${table}_view AS SELECT * FROM ${table} WHERE shop_id <> 'S3'`);
      const view = await inWarehouse(at({ table: `${table}_view` }));
      const query = await inWarehouse(
        at({ query: `SELECT * FROM ${table} WHERE shop_id <> @without`, parameters: { without: 'S3' } }),
      );
      expect(view.features.rows).toBe(3);
      expect(query.featureBytes.equals(view.featureBytes)).toBe(true);
      expect(query.counts).toEqual(view.counts);
    },
  );

  test(
    'months after the as-of month are not even read where a column says which they are',
    { timeout: 2 * minutes },
    async () => {
      const { columns, rows } = salesTable(3);
      const table = await createBigQueryTable(client, {
        columns: [...columns, { name: 'month_start', type: 'date' }],
        rows: [...rows, ['late', 'p', 2024, 2, 1, null] as Cell[]].map((row) => [
          ...row,
          `${row[2]}-${String(row[3]).padStart(2, '0')}-01`,
        ]),
      });
      const whole = await inWarehouse(at({ table }));
      const pruned = await inWarehouse(at({ table, monthColumn: 'month_start' }));
      expect(whole.counts).toMatchObject({ afterAsOf: 1, read: rows.length + 1, lastMonth: '2024-02' });
      expect(pruned.counts).toMatchObject({ afterAsOf: 0, read: rows.length, lastMonth: '2023-12' });
      expect(pruned.featureBytes.equals(whole.featureBytes)).toBe(true);
    },
  );
});
