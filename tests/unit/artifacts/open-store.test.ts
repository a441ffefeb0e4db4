import { describe, expect, test } from 'vitest';
import { openStore } from '../../../shared/artifacts/open-store.js';
import { runFiles, type RunFileName, runKey } from '../../../shared/artifacts/run-files.js';
import { checkKey } from '../../../shared/artifacts/store-key.js';

describe('openStore', () => {
  test.each(['file:///tmp/a', 'file:///tmp/a%20b/', 's3://bucket', 's3://bucket/', 's3://my.bucket-1/a/b/'])(
    'opens %s, without a trailing slash',
    (uri) => {
      expect(openStore(uri).uri).toBe(uri.replace(/\/$/, ''));
    },
  );

  test.each([
    '',
    '/tmp/a',
    'file:///',
    'file://host/a',
    'file:///a?b',
    'file:///a#b',
    'file:///a%',
    'file:///a%2Fb',
    's3://',
    's3://ab',
    's3://Bucket/a',
    's3://bucket/../a',
    's3://bucket//a',
    'gs://bucket/a',
  ])('refuses %j and says what is accepted', (uri) => {
    let refusal: unknown;
    try {
      openStore(uri);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'InvalidInput' });
    expect(String(refusal)).toContain('expected file:///folder or s3://bucket/prefix');
  });
});

describe('runFiles', () => {
  test('every name is a valid key under the run, with media type and words', () => {
    for (const name of Object.keys(runFiles) as RunFileName[]) {
      expect(checkKey(runKey('r-1', name))).toBe(`runs/r-1/${name}`);
      expect(runFiles[name].mediaType).toMatch(/^[a-z]+\/[a-z.0-9-]+$/);
      expect(runFiles[name].words.length).toBeGreaterThan(5);
    }
  });
});
