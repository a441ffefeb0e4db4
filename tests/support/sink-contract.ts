import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SegmentsError } from '../../shared/errors.js';
import { historyColumns, historyRow } from '../../shared/sinks/history-layout.js';
import { type SegmentDelivery, type SegmentSink } from '../../shared/sinks/segment-sink.js';
import { ContractTable } from './contract-table.js';
import { tempFolder } from './temp-folder.js';

export type HistoryRow = Readonly<Record<string, string | number | null>>;

/** A fresh, empty place behind a sink, as its readers see it. Timestamps come back as ISO 8601. */
export interface SinkPlace {
  readonly sink: SegmentSink;
  history(): Promise<HistoryRow[]>;
  current(): Promise<HistoryRow[]>;
  /** The same place for somebody with a wrong password; undefined where the place knows no credentials. */
  readonly stranger?: SegmentSink;
  /** The same kind of sink on a port where nobody listens; undefined for a local folder. */
  readonly unreachable?: SegmentSink;
  /** The same kind of sink, in a schema or data set that is not there; undefined where the sink makes its place itself. */
  readonly nowhere?: SegmentSink;
  /** The same place behind a server that says that it is asked too much. */
  readonly throttled?: SegmentSink;
  /** Gives the column `strength` of the history another type; undefined where each run has a file of its own. */
  changeType?(): Promise<void>;
}

const awkward = ['plain', 'with "quotes", and commas', 'Łódź 😀', 'line\nbreak', " o'hare\t", '\\N', 'NULL'];

/** A delivery of `count` retailers; the first ones have IDs that bad quoting would break. */
export function makeDelivery(given: Partial<SegmentDelivery> & { count?: number } = {}): SegmentDelivery {
  const { count = 25, ...fields } = given;
  const runId = fields.runId ?? randomUUID();
  const numbers = Array.from({ length: count }, (_, i) => i);
  const shopIds = numbers.map((i) => awkward[i] ?? `shop-${String(i).padStart(5, '0')}`);
  return {
    runId,
    asOf: '2023-12',
    modelRunId: runId,
    finishedAt: Date.UTC(2024, 0, 3, 3, 4, 5, 678),
    champion: true,
    artifacts: 'file:///store/runs/x',
    rows: {
      shopIds,
      segmentIds: numbers.map((i) => (i % 5 === 4 ? null : `S0${(i % 3) + 1}`)),
      segmentNames: numbers.map((i) => (i % 5 === 4 ? null : `winter, "small" – ${(i % 3) + 1}`)),
      previousSegmentIds: numbers.map((i) => (i % 4 === 0 ? null : 'S01')),
      strengths: Float64Array.from(numbers, (i) => (i % 5 === 4 ? NaN : 1 / (i + 1))),
      outlierScores: Float64Array.from(numbers, (i) => i / (count + 1)),
    },
    ...fields,
  };
}

const expected = (delivery: SegmentDelivery): HistoryRow[] =>
  delivery.rows.shopIds.map((_, i) => {
    const values = historyRow(delivery, i);
    return Object.fromEntries(historyColumns.map(({ name }, j) => [name, values[j]!]));
  });

const sorted = (rows: readonly HistoryRow[]): HistoryRow[] =>
  [...rows].sort((a, b) => {
    const [x, y] = [a, b].map((row) => `${String(row['run_id'])} ${String(row['shop_id'])}`) as [
      string,
      string,
    ];
    return x < y ? -1 : x > y ? 1 : 0;
  });

export async function deliverTo(
  sink: SegmentSink,
  delivery: SegmentDelivery,
  abort?: AbortController,
): Promise<{ rows: number; current: boolean }> {
  return await sink.deliver(delivery, {
    signal: abort?.signal ?? new AbortController().signal,
    onProgress: () => abort?.abort(new Error('killed half-way')),
    scratch: await tempFolder(),
  });
}

async function failureOf(work: Promise<unknown>): Promise<SegmentsError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SegmentsError);
  return error as SegmentsError;
}

const checks = [
  'values come back',
  'repeated, once',
  'current is champion',
  'empty result',
  'killed half-way',
  'two at once',
  'wrong credentials',
  'unreachable',
  'throttled',
  'missing schema',
  'changed type',
] as const;
type Check = (typeof checks)[number];
export const sinkTable = (): ContractTable<Check> => new ContractTable(checks);

/** What a place cannot show, and why. */
export type Unshown = Partial<
  Record<'wrong credentials' | 'unreachable' | 'throttled' | 'missing schema' | 'changed type', string>
>;

/** What every sink of rows promises. `open` gives an empty place of its own to each test. */
export function testSinkContract(
  name: string,
  open: () => Promise<SinkPlace>,
  unshown: Unshown,
  table: ContractTable<Check>,
): void {
  const check = (what: Check, proves: string, work: () => Promise<void>): void =>
    test(`${what}: ${proves}`, async () => {
      await work();
      table.note(name, what, 'yes');
    });
  const unless = (what: keyof Unshown, proves: string, work: () => Promise<void>): void => {
    const why = unshown[what];
    if (why === undefined) check(what, proves, work);
    else table.note(name, what, `– (${why})`);
  };
  describe('contract of a sink', () => {
    check(
      'values come back',
      'makes what is missing there, and readers get back every value, missing ones and awkward IDs included',
      async () => {
        const { sink, history, current } = await open();
        const delivery = makeDelivery();
        expect(await deliverTo(sink, delivery)).toEqual({ rows: 25, current: true });
        expect(sorted(await history())).toEqual(sorted(expected(delivery)));
        expect(sorted(await current())).toEqual(sorted(expected(delivery)));
      },
    );

    check(
      'repeated, once',
      'delivered again, a run is there once; delivered with other rows, only the later ones are',
      async () => {
        const { sink, history } = await open();
        const delivery = makeDelivery();
        await deliverTo(sink, delivery);
        await deliverTo(sink, delivery);
        expect(sorted(await history())).toEqual(sorted(expected(delivery)));
        const fewer = makeDelivery({ runId: delivery.runId, count: 10 });
        expect((await deliverTo(sink, fewer)).rows).toBe(10);
        expect(sorted(await history())).toEqual(sorted(expected(fewer)));
      },
    );

    check(
      'current is champion',
      'keeps every run of a month; current is the champion, and no late delivery of an older one turns it back',
      async () => {
        const { sink, history, current } = await open();
        const older = makeDelivery({ asOf: '2023-11', count: 8 });
        const newer = makeDelivery({ asOf: '2023-12', count: 9 });
        const rescore = makeDelivery({ asOf: '2024-01', count: 7, champion: false, modelRunId: newer.runId });
        await deliverTo(sink, newer);
        expect(await deliverTo(sink, older)).toEqual({ rows: 8, current: false });
        expect(await deliverTo(sink, rescore)).toEqual({ rows: 7, current: false });
        expect(sorted(await current())).toEqual(sorted(expected(newer)));
        expect(sorted(await history())).toEqual(sorted([older, newer, rescore].flatMap(expected)));
        const again = makeDelivery({ asOf: '2023-12', count: 6, finishedAt: newer.finishedAt + 1 });
        expect((await deliverTo(sink, again)).current).toBe(true);
        expect(sorted(await current())).toEqual(sorted(expected(again)));
        expect(await history()).toHaveLength(8 + 9 + 7 + 6);
      },
    );

    check(
      'empty result',
      'takes a run without retailers: nothing is there, and nothing is current',
      async () => {
        const { sink, history, current } = await open();
        expect(await deliverTo(sink, makeDelivery({ count: 0 }))).toEqual({ rows: 0, current: true });
        expect(await history()).toEqual([]);
        expect(await current()).toEqual([]);
      },
    );

    check(
      'killed half-way',
      'ended half-way, leaves readers with what was there before; repeated, it is whole',
      async () => {
        const { sink, history, current } = await open();
        const before = makeDelivery({ asOf: '2023-11', count: 4 });
        await deliverTo(sink, before);
        const delivery = makeDelivery({ count: 5000 });
        await expect(deliverTo(sink, delivery, new AbortController())).rejects.toThrow('killed half-way');
        expect(sorted(await history())).toEqual(sorted(expected(before)));
        expect(sorted(await current())).toEqual(sorted(expected(before)));
        expect(await deliverTo(sink, delivery)).toEqual({ rows: 5000, current: true });
        expect(await history()).toHaveLength(5004);
      },
    );

    check(
      'two at once',
      'two runs delivered at the same time are both there, and the later one is current',
      async () => {
        const { sink, history, current } = await open();
        const [one, two] = [makeDelivery({ asOf: '2023-11', count: 300 }), makeDelivery({ count: 200 })];
        await Promise.all([deliverTo(sink, two), deliverTo(sink, one)]);
        expect(await history()).toHaveLength(500);
        expect(sorted(await current())).toEqual(sorted(expected(two)));
      },
    );

    unless('wrong credentials', 'wrong credentials are refused for good, and not said', async () => {
      const { stranger, history, sink } = await open();
      await deliverTo(sink, makeDelivery({ count: 1 }));
      const error = await failureOf(deliverTo(stranger!, makeDelivery()));
      expect(error).toMatchObject({ code: 'CredentialsRefused', retryable: false });
      expect(`${error.message} ${error.remedy}`).not.toContain('wrong-secret');
      expect(await history()).toHaveLength(1);
    });

    unless('unreachable', 'where nobody answers, a retry may help', async () => {
      const { unreachable } = await open();
      expect(await failureOf(deliverTo(unreachable!, makeDelivery()))).toMatchObject({
        code: 'SinkUnavailable',
        retryable: true,
      });
    });

    unless('throttled', 'a server that is asked too much is worth a retry', async () => {
      const { throttled } = await open();
      expect(await failureOf(deliverTo(throttled!, makeDelivery()))).toMatchObject({
        code: 'SinkUnavailable',
        retryable: true,
      });
    });

    unless('missing schema', 'a schema or data set that is not there is refused for good', async () => {
      const { nowhere } = await open();
      const error = await failureOf(deliverTo(nowhere!, makeDelivery()));
      expect(error).toMatchObject({ code: 'SinkRefused', retryable: false });
      expect(error.message).toMatch(/nowhere/i);
    });

    unless(
      'changed type',
      'a table whose column has another type is refused by its name, and left as it is',
      async () => {
        const { sink, changeType, history } = await open();
        await deliverTo(sink, makeDelivery({ count: 3 }));
        await changeType!();
        const error = await failureOf(deliverTo(sink, makeDelivery()));
        expect(error).toMatchObject({ code: 'SinkRefused', retryable: false });
        expect(error.message).toContain('strength');
        expect(await history()).toHaveLength(3);
      },
    );
  });
}
