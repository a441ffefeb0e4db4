import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  approximatePredict,
  fitHdbscan,
  loadHdbscan,
  membershipVectors,
  serialiseHdbscan,
} from '../../../shared/clustering/hdbscan/index.js';
import { type ModelBody, writeModelFile } from '../../../shared/clustering/hdbscan/model-file.js';
import { blobs, gridded } from './point-sets.js';

const options = { minClusterSize: 10, minSamples: 4 };
const points = blobs(21, 250, 3);
const fresh = blobs(22, 120, 3);
const model = await fitHdbscan(points, options);
const bytes = serialiseHdbscan(model);

interface File {
  version: number;
  sha256: string;
  body: ModelBody;
}
const opened = () => JSON.parse(gunzipSync(bytes).toString('utf8')) as File;
const closed = (file: unknown) => gzipSync(JSON.stringify(file));
/** A file whose checksum is right, but which says something else. */
const altered = (change: (body: ModelBody) => Partial<ModelBody>) => {
  const { body } = opened();
  return writeModelFile({ ...body, ...change(body) });
};

test('a loaded model predicts the same, to the last bit', () => {
  const loaded = loadHdbscan(bytes);
  expect(approximatePredict(loaded, fresh)).toEqual(approximatePredict(model, fresh));
  expect(membershipVectors(loaded)).toEqual(membershipVectors(model));
  expect(membershipVectors(loaded, fresh)).toEqual(membershipVectors(model, fresh));
  const { singleLinkageTree, ...kept } = model.clustering;
  expect(singleLinkageTree.height).toHaveLength(249);
  expect(loaded.clustering).toEqual(kept);
});

test.each([
  ['duplicates, whose λ is infinite', gridded(points, 6), options],
  ['manhattan, alpha', points, { ...options, metric: 'manhattan' as const, alpha: 1.3 }],
  ['the root as the one cluster', points, { ...options, minClusterSize: 100, allowSingleCluster: true }],
  ['epsilon', points, { ...options, selectionEpsilon: 2 }],
  ['no cluster', points, { ...options, minClusterSize: 200 }],
  ['a single point', { data: Float64Array.of(1, 2, 3), rows: 1, columns: 3 }, options],
])('so it does with %s', async (_, fitted, chosen) => {
  const original = await fitHdbscan(fitted, chosen);
  const loaded = loadHdbscan(serialiseHdbscan(original));
  expect(approximatePredict(loaded, fresh)).toEqual(approximatePredict(original, fresh));
  expect(serialiseHdbscan(loaded)).toEqual(serialiseHdbscan(original));
});

test('the same fit gives the same bytes, whatever the number of threads', async () => {
  const many = blobs(23, 30_000, 3);
  const [alone, together] = await Promise.all(
    [1, 2].map((threads) => fitHdbscan(many, { ...options, threads })),
  );
  expect(serialiseHdbscan(together!)).toEqual(serialiseHdbscan(alone!));
});

describe('what is not the file that was written is refused', () => {
  const cut = (text: string) => text.slice(0, text.length - 12);
  test.each<[string, () => Uint8Array, string, RegExp]>([
    ['half a file', () => bytes.slice(0, bytes.length / 2), 'ArtifactCorrupt', /not gzipped JSON/],
    ['no file', () => new Uint8Array(0), 'ArtifactCorrupt', /0 bytes are not gzipped JSON/],
    ['something else', () => closed({ hello: 1 }), 'ArtifactCorrupt', /format/],
    ['a version to come', () => closed({ ...opened(), version: 2 }), 'ArtifactVersion', /version 2.*reads 1/],
    [
      'one number changed',
      () => closed({ ...opened(), body: { ...opened().body, minSamples: 5 } }),
      'ArtifactCorrupt',
      /SHA-256/,
    ],
    [
      'rows that are not there',
      () => altered((body) => ({ rows: body.rows + 1 })),
      'ArtifactCorrupt',
      /holds 250 numbers; 251 expected/,
    ],
    [
      'columns that are not there',
      () => altered((body) => ({ columns: body.columns + 1 })),
      'ArtifactCorrupt',
      /points holds 750 numbers; 1000 expected/,
    ],
    [
      'clusters that are not there',
      () => altered(() => ({ clusters: 1 })),
      'ArtifactCorrupt',
      /labels\[\d+\] is \d; expected -1 to 0/,
    ],
    [
      'an array cut short',
      () => altered((body) => ({ innerCoreDistances: cut(body.innerCoreDistances) })),
      'ArtifactCorrupt',
      /innerCoreDistances holds \d+ numbers; 250 expected/,
    ],
    ['an unknown field', () => altered(() => ({ more: 1 }) as Partial<ModelBody>), 'ArtifactCorrupt', /more/],
  ])('%s', (_, file, code, message) => {
    expect(() => loadHdbscan(file(), 'a place')).toThrow(
      expect.objectContaining({ code, where: 'a place', message: expect.stringMatching(message) as string }),
    );
  });
});
