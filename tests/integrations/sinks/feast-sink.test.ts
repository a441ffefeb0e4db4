import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createFeastSink } from '../../../shared/sinks/feast-sink.js';
import { startFeast } from '../../support/feast-server.js';
import { deliverTo, makeDelivery } from '../../support/sink-contract.js';

const exec = promisify(execFile);
const server = await startFeast();
afterAll(async () => server?.stop());

const sinkTo = (to: 'online' | 'offline' | 'online_and_offline', pushSource = 'segments_push') =>
  createFeastSink({ kind: 'feast', url: server!.url, pushSource, to }, {});

/** The online features of some shops, by name: Feast answers in an order of its own. */
async function online(
  shopIds: readonly string[],
  features: readonly string[],
): Promise<Map<string, unknown[]>> {
  const answer = await fetch(`${server!.url}/get-online-features`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      features: features.map((name) => `segments:${name}`),
      entities: { shop_id: shopIds },
    }),
  });
  const { metadata, results } = (await answer.json()) as {
    metadata: { feature_names: string[] };
    results: { values: unknown[] }[];
  };
  return new Map(metadata.feature_names.map((name, i) => [name, results[i]!.values]));
}

/** What Feast's own point-in-time join finds of two shops at two moments. */
const historical = `
import json, pandas as pd
from feast import FeatureStore
store = FeatureStore('.')
entities = pd.DataFrame({'shop_id': ['shop-00020', 'shop-00020'],
    'event_timestamp': pd.to_datetime(['2023-12-15', '2024-01-15'], utc=True)})
found = store.get_historical_features(entities, ['segments:as_of', 'segments:run_id', 'segments:segment_id']).to_df()
found = found.sort_values('event_timestamp')
print(json.dumps([[None if pd.isna(v) else v for v in row] for row in found[['as_of', 'run_id', 'segment_id']].values.tolist()]))
`;

describe.skipIf(server === undefined)('Feast', () => {
  const november = makeDelivery({ asOf: '2023-11', count: 30 });
  const december = makeDelivery({ asOf: '2023-12', count: 30, finishedAt: Date.UTC(2024, 0, 3) });

  test('serves the champion online, and every run at its time in a point-in-time join; a repeat changes nothing', async () => {
    const sink = sinkTo('online_and_offline');
    expect(await deliverTo(sink, november)).toEqual({ rows: 30, current: true });
    for (let attempt = 0; attempt < 2; attempt++)
      expect(await deliverTo(sink, december)).toEqual({ rows: 30, current: true });

    const found = await online(
      ['shop-00020', 'with "quotes", and commas', 'nobody'],
      ['run_id', 'segment_id', 'strength'],
    );
    const at = (name: string, shop: number): unknown => found.get(name)![shop];
    expect(at('run_id', 0)).toBe(december.runId);
    expect(at('segment_id', 0)).toBe(december.rows.segmentIds[20]);
    expect(at('strength', 0)).toBeCloseTo(december.rows.strengths[20]!, 12);
    expect(at('segment_id', 1)).toBe(december.rows.segmentIds[1]);
    expect(at('run_id', 2)).toBeNull();

    const { stdout } = await exec(path.join(server!.bin, 'python'), ['-c', historical], {
      cwd: server!.repository,
    });
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual([
      ['2023-11', november.runId, november.rows.segmentIds[20]],
      ['2023-12', december.runId, december.rows.segmentIds[20]],
    ]);
  }, 240_000);

  test('keeps what is online when an older run, or a rescore, is delivered later', async () => {
    const late = makeDelivery({ asOf: '2023-10', count: 30, champion: false });
    expect(await deliverTo(sinkTo('online'), late)).toEqual({ rows: 0, current: false });
    expect(await deliverTo(sinkTo('online_and_offline'), late)).toEqual({ rows: 30, current: false });
    expect((await online(['shop-00020'], ['run_id'])).get('run_id')).toEqual([december.runId]);
  }, 120_000);

  test('a push source that is not there is refused by name; a server that is not there is worth a retry', async () => {
    await expect(deliverTo(sinkTo('online', 'nothing'), november)).rejects.toMatchObject({
      code: 'SinkRefused',
    });
    const nowhere = createFeastSink(
      { kind: 'feast', url: 'http://127.0.0.1:9', pushSource: 'segments_push', to: 'online' },
      {},
    );
    await expect(deliverTo(nowhere, november)).rejects.toMatchObject({ code: 'SinkUnavailable' });
  });
});
