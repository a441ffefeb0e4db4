import { describe, expect, test } from 'vitest';
import { nameOfSource } from '../../../shared/sources/open-source.js';
import { publicSource, withoutQuery } from '../../../shared/sources/without-query.js';

describe('the query of a signed address is a secret', () => {
  test.each([
    ['https://host/sales.csv?X-Amz-Signature=secret', 'https://host/sales.csv'],
    ['HTTPS://host/sales.csv#secret', 'HTTPS://host/sales.csv'],
    ['https://host/sales.csv?a=1\nsecret', 'https://host/sales.csv'],
    ['https://host?secret', 'https://host'],
    ['s3://bucket/what?.csv', 's3://bucket/what?.csv'],
    ['/data/what?.csv', '/data/what?.csv'],
  ])('%j is shown as %s', (path, shown) => {
    expect(withoutQuery(path)).toBe(shown);
    expect(nameOfSource({ kind: 'csv', path })).toBe(shown);
    expect(publicSource({ kind: 'parquet', path })).toEqual({ kind: 'parquet', path: shown });
  });

  test('a source without a path is shown whole', () => {
    expect(publicSource({ kind: 'kaggle', dataset: 'a/b' })).toEqual({ kind: 'kaggle', dataset: 'a/b' });
  });
});
