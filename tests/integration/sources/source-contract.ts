import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Source } from '../../../shared/contracts/source.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { SegmentsError } from '../../../shared/errors.js';
import { type OnProgress } from '../../../shared/progress.js';
import { type IngestedSales, ingestSales } from '../../../shared/sources/ingest-sales.js';
import { type Environment } from '../../../shared/sources/sales-source.js';
import { csvField } from '../../../shared/tabular/csv.js';
import { ContractTable } from '../../support/contract-table.js';
import { tempFolder } from '../../support/temp-folder.js';

export type Cell = string | number | null;

/** A table as a system is asked to hold it. `integer` and `number` where it has types; text where it has none. */
export interface TestTable {
  readonly columns: readonly {
    readonly name: string;
    readonly type: 'text' | 'integer' | 'number' | 'date';
  }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A source, and the environment in which it can be read. */
export interface Placed {
  readonly source: Source;
  readonly env: Environment;
}

/** One system as the contract sees it. What it cannot show, it says why. */
export interface SystemUnderTest {
  readonly name: string;
  /** Whether columns have types, so that a changed one is told at once. */
  readonly typed: boolean;
  /** Puts a table where the system's sources can read it. */
  put(table: TestTable): Promise<Placed>;
  /** A source that names what does not exist. */
  missing(): Promise<Placed>;
  readonly wrongCredentials: Unshown | ((placed: Placed) => Promise<Placed>);
  /** A source that is still being read when `strike` breaks what it is read from. */
  readonly killedHalfWay: Unshown | (() => Promise<Placed & { strike(): Promise<void> }>);
  /** A source whose system says that it is asked too much; `release` may answer with where it says so no more. */
  readonly throttled:
    Unshown | (() => Promise<Placed & { release(): Promise<{ readonly env?: Environment } | undefined> }>);
  /** A source that is still being read after its first progress. */
  slow(): Promise<Placed>;
}

export interface Unshown {
  readonly unshown: string;
}

/** Some clients repeat for half a minute before they give up. */
const longestCheck = 150_000;

const checks = [
  'same rows, same bytes',
  'same refusals',
  'missing column',
  'changed type',
  'missing table or file',
  'empty result',
  'wrong credentials',
  'killed half-way',
  'throttled',
  'cancelled',
] as const;
type Check = (typeof checks)[number];

export type SourceTable = ContractTable<Check>;
export const sourceTable = (): SourceTable => new ContractTable(checks);

export interface Trial extends Placed {
  readonly maxRejectedShare?: number;
  readonly onProgress?: OnProgress;
  readonly stop?: AbortController;
}

export interface Outcome {
  readonly sales?: IngestedSales & { readonly bytes: Buffer };
  readonly error?: unknown;
  /** Names of what lies among the results. */
  readonly files: readonly string[];
}

/** Ingests as the stage does, and says how it ended. */
export async function ingestPlaced(trial: Trial): Promise<Outcome> {
  const folder = await tempFolder();
  const scratch = path.join(folder, 'results');
  await mkdir(scratch);
  const { signal } = trial.stop ?? new AbortController();
  const files = async (): Promise<string[]> => (await readdir(scratch)).filter((name) => name !== 'ingest');
  try {
    const ingested = await withDuckDb(
      { memoryLimit: '500MB', threads: 2, scratch: folder },
      (db) =>
        ingestSales({
          db,
          source: trial.source,
          asOf: '2023-12',
          config: { maxRejectedShare: trial.maxRejectedShare ?? 1 },
          scratch,
          onProgress: trial.onProgress ?? (() => undefined),
          signal,
          env: trial.env,
        }),
      signal,
    );
    return { sales: { ...ingested, bytes: await readFile(ingested.salesPath) }, files: await files() };
  } catch (error) {
    return { error, files: await files() };
  }
}

/** What `trial` is refused with. No sales may have been written. */
export async function refusalOf(trial: Trial): Promise<SegmentsError> {
  const { error, files } = await ingestPlaced(trial);
  expect(files).not.toContain('sales.parquet');
  if (error instanceof SegmentsError) return error;
  throw new Error('expected an error of this product', { cause: error });
}

/** The same table as a CSV file: what every system is measured by. */
export async function asCsv({ columns, rows }: TestTable): Promise<Placed> {
  const file = path.join(await tempFolder(), 'sales.csv');
  const line = (cells: readonly Cell[]): string =>
    cells.map((cell) => (cell === null ? '' : csvField(String(cell)))).join(',');
  const lines = [columns.map(({ name }) => csvField(name)).join(','), ...rows.map(line)];
  await writeFile(file, `${lines.join('\n')}\n`);
  return { source: { kind: 'csv', path: file }, env: {} };
}

const salesTypes: TestTable['columns'] = [
  { name: 'shop_id', type: 'text' },
  { name: 'product_id', type: 'text' },
  { name: 'year', type: 'integer' },
  { name: 'month', type: 'integer' },
  { name: 'sales_qty', type: 'number' },
  { name: 'sales_value', type: 'number' },
];

/**
 * Sales of `shops` retailers over three years, with rows that repeat a month, quantities that no binary fraction holds,
 * and names that need quoting.
 */
export function salesTable(shops: number): TestTable {
  const rows: Cell[][] = [];
  for (let shop = 0; shop < shops; shop++) {
    const name = shop % 7 === 0 ? `Kiosk "${shop}", north` : shop % 7 === 1 ? `Łódź ${shop}` : `S${shop}`;
    for (let month = 0; month < 36; month++) {
      for (let product = 0; product < 1 + ((shop + month) % 3); product++) {
        const quantity = Math.round(1000 * (1 + Math.sin(shop + month))) / 100 + product / 10;
        const value = product === 2 ? null : Math.round(quantity * 137) / 100;
        rows.push([name, `P${product}`, 2021 + Math.floor(month / 12), 1 + (month % 12), quantity, value]);
        if (shop % 5 === 0 && month % 6 === 0) rows.push([name, `P${product}`, 2023, 3, 0.1, null]);
      }
    }
  }
  return { columns: salesTypes, rows };
}

/** Good rows, and rows that every system can hold and no one may use. */
export const dirtyTable: TestTable = {
  columns: salesTypes,
  rows: [
    ...salesTable(3).rows,
    [null, 'P1', 2023, 1, 5, null],
    ['', 'P1', 2023, 1, 5, null],
    ['A\tB', 'P1', 2023, 1, 5, null],
    ['A', null, 2023, 1, 5, null],
    ['A', 'P1', null, 1, 5, null],
    ['A', 'P1', 20230, 1, 5, null],
    ['A', 'P1', 2023, 13, 5, null],
    ['A', 'P1', 2023, 1, -5, null],
    ['A', 'P1', 2023, 1, null, null],
    ['A', 'P1', 2023, 1, 2e12, null],
  ],
};

/** The order in which a system that promises none might answer. */
function reversed(table: TestTable): TestTable {
  return { ...table, rows: [...table.rows].reverse() };
}

function renamed(table: TestTable, from: string, to: string): TestTable {
  return {
    ...table,
    columns: table.columns.map((column) => (column.name === from ? { ...column, name: to } : column)),
  };
}

/** Every check of the contract, on one system. `undefined` where the system cannot be had here: all is skipped by name. */
export function describeSource(name: string, system: SystemUnderTest | undefined, table: SourceTable): void {
  describe.skipIf(system === undefined)(`source ${name}`, () => {
    const check = (what: Check, proves: string, work: (system: SystemUnderTest) => Promise<void>): void => {
      test(
        `${what}: ${proves}`,
        async () => {
          await work(system!);
          table.note(name, what, 'yes');
        },
        longestCheck,
      );
    };
    const unless = <T extends object>(
      what: Check,
      proves: string,
      hook: Unshown | T | undefined,
      work: (hook: T) => Promise<void>,
    ): void => {
      if (hook !== undefined && 'unshown' in hook) table.note(name, what, `– (${hook.unshown})`);
      else check(what, proves, () => work(hook as T));
    };

    check(
      'same rows, same bytes',
      'in any order they give the sales.parquet that a CSV gives',
      async ({ put }) => {
        const sales = salesTable(20);
        const expected = (await ingestPlaced(await asCsv(sales))).sales!;
        for (const order of [sales, reversed(sales)]) {
          const { sales: found, error } = await ingestPlaced(await put(order));
          expect(error).toBeUndefined();
          expect(found!.bytes.equals(expected.bytes)).toBe(true);
          expect(found!.counts).toEqual(expected.counts);
          expect(found!.fingerprint).toMatchObject({ rows: sales.rows.length });
          expect(found!.fingerprint.sha256).toMatch(/^[0-9a-f]{64}$/);
        }
      },
    );

    check(
      'same refusals',
      'each bad row is refused, and for the reason that a CSV gives',
      async ({ put }) => {
        const expected = (await ingestPlaced(await asCsv(dirtyTable))).sales!;
        const { sales: found, error } = await ingestPlaced(await put(dirtyTable));
        expect(error).toBeUndefined();
        // CSV refuses a control character before anyone knows which column it is in.
        const reasons = ({ counts }: IngestedSales): Record<string, number> =>
          Object.fromEntries(
            Object.entries(counts.rejectedByReason).map(([reason, count]) => [
              reason.replace(/^.* holds a control/, 'a column holds a control'),
              count,
            ]),
          );
        expect(reasons(found!)).toEqual(reasons(expected));
        expect(found!.bytes.equals(expected.bytes)).toBe(true);
        expect((await refusalOf({ ...(await put(dirtyTable)), maxRejectedShare: 0.01 })).code).toBe(
          'TooManyRejectedRows',
        );
      },
    );

    check('missing column', 'all that are missing are named, with what might be meant', async ({ put }) => {
      const table = renamed(renamed(salesTable(1), 'sales_qty', 'sold'), 'shop_id', 'shopid');
      const error = await refusalOf(await put(table));
      expect([error.code, error.retryable]).toEqual(['MissingColumn', false]);
      expect(error.message).toMatch(/shop_id: found no column shop_id; did you mean shopid\?/i);
      expect(error.message).toMatch(/sales_qty: found no column sales_qty/i);
    });

    check('changed type', 'a year that became a date is refused', async ({ put, typed }) => {
      const sales = salesTable(1);
      const table: TestTable = {
        columns: sales.columns.map((column) =>
          column.name === 'year' ? { ...column, type: 'date' } : column,
        ),
        rows: sales.rows.map((row) => row.map((cell, index) => (index === 2 ? `${cell}-01-01` : cell))),
      };
      const error = await refusalOf({ ...(await put(table)), maxRejectedShare: 0.5 });
      expect([error.code, error.retryable]).toEqual([
        typed ? 'SourceUnreadable' : 'TooManyRejectedRows',
        false,
      ]);
      expect(error.message).toMatch(/year/i);
    });

    check('missing table or file', 'it is refused for good, by name', async ({ missing }) => {
      const error = await refusalOf(await missing());
      expect([error.code, error.retryable]).toEqual(['SourceNotFound', false]);
      expect(error.message).toMatch(/nothing.?here/i);
      expect(error.remedy).not.toBe('');
    });

    check('empty result', 'no rows are no sales', async ({ put }) => {
      const error = await refusalOf(await put({ ...salesTable(1), rows: [] }));
      expect([error.code, error.retryable]).toEqual(['NoSales', false]);
    });

    unless(
      'wrong credentials',
      'they are refused for good, and not repeated',
      system?.wrongCredentials,
      async (spoil) => {
        const placed = await spoil(await system!.put(salesTable(1)));
        const error = await refusalOf(placed);
        expect([error.code, error.retryable]).toEqual(['CredentialsRefused', false]);
        for (const text of [error.message, error.remedy, error.where])
          expect(text).not.toContain('wrong-secret');
      },
    );

    unless(
      'killed half-way',
      'it is unavailable, to be retried, and no part of it is used',
      system?.killedHalfWay,
      async (begin) => {
        const { strike, ...placed } = await begin();
        let struck: Promise<void> | undefined;
        const error = await refusalOf({ ...placed, onProgress: () => void (struck ??= strike()) });
        await struck;
        expect([error.code, error.retryable], error.message).toEqual(['SourceUnavailable', true]);
      },
    );

    unless(
      'throttled',
      'it is unavailable, to be retried, and can be read later',
      system?.throttled,
      async (begin) => {
        const { release, source, env } = await begin();
        const error = await refusalOf({ source, env });
        expect([error.code, error.retryable], error.message).toEqual(['SourceUnavailable', true]);
        const released = await release();
        expect((await ingestPlaced({ source, env, ...released })).error).toBeUndefined();
      },
    );

    check('cancelled', 'it ends with the reason of the abort', async ({ slow }) => {
      const stop = new AbortController();
      const reason = new Error('enough');
      const { error, files } = await ingestPlaced({
        ...(await slow()),
        stop,
        onProgress: () => stop.abort(reason),
      });
      expect(error).toBe(reason);
      expect(files).toEqual([]);
    });
  });
}
