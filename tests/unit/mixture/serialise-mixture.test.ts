import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fitMixture } from '../../../shared/clustering/mixture/fit-mixture.js';
import { predictMixture } from '../../../shared/clustering/mixture/predict-mixture.js';
import { loadMixture, serialiseMixture } from '../../../shared/clustering/mixture/serialise-mixture.js';
import { configSchema } from '../../../shared/contracts/config.js';
import { blobs } from './market.js';

const { input } = blobs(300, 3, 3, 4, 2);
const { mixture } = fitMixture(input, { config: configSchema.parse({}).mixture, seed: 3 });
const features = ['a', 'b', 'c'];
const bytes = serialiseMixture(mixture, features);

function tampered(change: (file: Record<string, unknown>) => void): Buffer {
  const file = JSON.parse(gunzipSync(bytes).toString('utf8')) as Record<string, unknown>;
  change(file);
  return gzipSync(JSON.stringify(file));
}

test('a mixture read back predicts the same bits', () => {
  const loaded = loadMixture(bytes);
  expect(loaded.features).toEqual(features);
  expect(loaded.mixture).toEqual(mixture);
  expect(predictMixture(loaded.mixture, input)).toEqual(predictMixture(mixture, input));
});

test('the same mixture gives the same bytes, free of time and operating system', () => {
  expect(serialiseMixture(mixture, features).equals(bytes)).toBe(true);
  expect([...bytes.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  expect(bytes[9]).toBe(255);
});

test.each<[string, (file: Record<string, unknown>) => void, RegExp]>([
  ['weights missing', (file) => (file.weights = [1]), /weights, means and covariances hold 1, /],
  ['a mean that is no number', (file) => ((file.means as unknown[])[0] = null), /means\.0/],
  [
    'a covariance that is not positive definite',
    (file) => ((file.covariances as number[])[0] = -1),
    /component 0/,
  ],
  ['another format', (file) => (file.format = 'something'), /format/],
])('a file with %s is refused as corrupt', (_, change, message) => {
  expect(() => loadMixture(tampered(change))).toThrowError(message);
  expect(() => loadMixture(tampered(change))).toThrowError(
    expect.objectContaining({ code: 'ArtifactCorrupt' }),
  );
});

test('a later version is refused as such, and bytes that are no gzip as corrupt', () => {
  expect(() => loadMixture(tampered((file) => (file.version = 3)))).toThrowError(
    expect.objectContaining({ code: 'ArtifactVersion' }),
  );
  expect(() => loadMixture(Buffer.from('hello'))).toThrowError(
    expect.objectContaining({ code: 'ArtifactCorrupt' }),
  );
});
