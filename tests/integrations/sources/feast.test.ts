import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cacheFolder } from '../../../infra/cache-folder.js';
import { findFeast } from '../../../infra/services/feast.js';
import { quoteLiteral } from '../../../shared/duckdb/quote.js';
import { withDuckDb } from '../../../shared/duckdb/with-duckdb.js';
import { featureDefinitions } from '../../../shared/features/definitions.js';
import { ingestFeatures } from '../../../shared/sources/feast/ingest-features.js';
import { tempFolder } from '../../support/temp-folder.js';

const exec = promisify(execFile);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const bin = await findFeast(process.env, cacheFolder(process.env), say).catch((error: unknown) => {
  say(`Feast cannot be had (${String(error).split('\n')[0]}): its tests are skipped`);
  return undefined;
});

const names = featureDefinitions.map(({ name }) => name);
const settings = `project: segments
registry: registry.db
provider: local
online_store:
  type: sqlite
  path: online.db
offline_store:
  type: file
entity_key_serialization_version: 3
`;

/**
 * Writes three years of months of features into Feast's own offline store, some months late or computed twice, and prints what
 * Feast's point-in-time join says of each retailer at the end of 2023-12.
 */
const script = `
import json, sys
from datetime import timedelta
import pandas as pd, pyarrow as pa, pyarrow.parquet as pq
from feast import Entity, FeatureStore, FeatureView, Field, FileSource
from feast.types import Float64, Int64, String
from feast.value_type import ValueType
names = json.loads(sys.argv[1])
texts = ['shop_id', 'first_month', 'last_month']
schema = pa.schema([(n, pa.string()) for n in texts] + [('active_months', pa.int64())] + [(n, pa.float64()) for n in names]
    + [(n, pa.timestamp('us', tz='UTC')) for n in ['event_timestamp', 'created']])
pq.write_table(schema.empty_table(), 'features.parquet')
source = FileSource(name='features', path='features.parquet', timestamp_field='event_timestamp', created_timestamp_column='created')
shop = Entity(name='shop', join_keys=['shop_id'], value_type=ValueType.STRING)
view = FeatureView(name='retailers', entities=[shop], ttl=timedelta(days=200), source=source, schema=
    [Field(name=n, dtype=String) for n in texts[1:]] + [Field(name='active_months', dtype=Int64)] + [Field(name=n, dtype=Float64) for n in names])
store = FeatureStore('.')
store.apply([shop, view])
rows = []
for shop_number in range(40):
    for month in range(36):
        # Some shops stopped long ago, and some months were computed twice: not the last, of which Feast's file store takes either.
        if shop_number % 10 == 9 and month > 24: continue
        for again in range(2 if month < 35 and (shop_number + month) % 5 == 0 else 1):
            end = pd.Timestamp('2021-02-01', tz='UTC') + pd.DateOffset(months=month)
            row = {'shop_id': f'S{shop_number}', 'first_month': '2021-01', 'last_month': (end - pd.Timedelta(days=1)).strftime('%Y-%m'),
                'active_months': month + 1, 'event_timestamp': end, 'created': end + pd.Timedelta(days=1 + again)}
            row.update({n: None if (shop_number + i) % 17 == 0 else shop_number + month / 7 + again / 3 + i for i, n in enumerate(names)})
            rows.append(row)
store.write_to_offline_store('retailers', pd.DataFrame(rows)[[f.name for f in schema]].astype({n: 'float64' for n in names}))
shops = [f'S{i}' for i in range(40)]
entities = pd.DataFrame({'shop_id': shops, 'event_timestamp': pd.to_datetime(['2024-01-01'] * 40, utc=True)})
found = store.get_historical_features(entities, [f'retailers:{n}' for n in ['active_months'] + names]).to_df()
print(json.dumps({row['shop_id']: [None if pd.isna(row[n]) else row[n] for n in ['active_months'] + names] for _, row in found.iterrows()}))
`;

describe.skipIf(bin === undefined)('an offline store of Feast', () => {
  test('gives the values that the point-in-time join of Feast itself gives, and refuses whom it gives none', async () => {
    const folder = await tempFolder();
    const [repository, scratch] = [path.join(folder, 'repository'), path.join(folder, 'results')];
    for (const created of [repository, scratch]) await mkdir(created);
    await writeFile(path.join(repository, 'feature_store.yaml'), settings);
    const { stdout } = await exec(path.join(bin!, 'python'), ['-c', script, JSON.stringify(names)], {
      cwd: repository,
      env: { ...process.env, FEAST_USAGE: 'False' },
      maxBuffer: 1 << 26,
    });
    const expected = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, (number | null)[]>;
    const { found, counts } = await withDuckDb(
      { memoryLimit: '500MB', threads: 2, scratch: folder },
      async (db) => {
        const ingested = await ingestFeatures({
          db,
          source: {
            kind: 'feast',
            path: path.join(repository, 'features.parquet'),
            timestampField: 'event_timestamp',
            createdTimestampColumn: 'created',
            ttlDays: 200,
          },
          asOf: '2023-12',
          config: { maxRejectedShare: 0.5 },
          scratch,
          retailers: undefined,
          onProgress: () => undefined,
          signal: new AbortController().signal,
          env: {},
        });
        const rows = await db.rows(
          `SELECT shop_id, active_months::INTEGER AS active_months, ${names.join(', ')} FROM read_parquet(${quoteLiteral(ingested.retailersPath)})`,
        );
        const columns = ['active_months', ...names];
        return {
          found: Object.fromEntries(rows.map((row) => [row['shop_id'], columns.map((name) => row[name])])),
          counts: ingested.counts,
        };
      },
    );
    const known = Object.entries(expected).filter(([, values]) => values[0] !== null);
    expect(known).toHaveLength(36);
    expect(found).toEqual(Object.fromEntries(known));
    expect(counts).toMatchObject({
      used: 36,
      rejected: 4,
      rejectedByReason: { 'the row is older than 200 days': 4 },
    });
  }, 240_000);
});
