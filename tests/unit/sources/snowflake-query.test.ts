import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { snowflakeSettings } from '../../../shared/sources/snowflake/connection-settings.js';
import { relationSql, salesSql } from '../../../shared/sources/snowflake/sales-query.js';
import { snowflakeError } from '../../../shared/sources/snowflake/snowflake-error.js';
import { errorOf, inFolder } from './ingesting.js';

describe('the query for Snowflake', () => {
  it('folds bare names to capitals, reads the table as it was, and leaves later months out', () => {
    const source = {
      kind: 'snowflake',
      table: 'mart.public."Sales"',
      snapshot: '2024-01-03T03:00:00Z',
      monthColumn: 'month_start',
    } as const;
    const table = `"MART"."PUBLIC"."Sales" AT(TIMESTAMP => '2024-01-03T03:00:00Z'::TIMESTAMP_TZ)`;
    expect(relationSql(source, '2023-12')).toBe(
      `(SELECT * FROM ${table} AS months WHERE "MONTH_START" < '2024-01-01'::DATE)`,
    );
    expect(relationSql(source, undefined)).toBe(table);
  });

  it('quotes the columns as the source has them', () => {
    expect(salesSql('"T"', new Map([['shop_id', { name: 'the "shop"' }]] as const))).toBe(
      'SELECT "the ""shop""" AS "shop_id" FROM "T" AS source',
    );
  });
});

describe('snowflakeSettings', () => {
  const account = { SNOWFLAKE_ACCOUNT: 'org-acc', SNOWFLAKE_USER: 'ME' };

  it('takes a key, encrypted or not, before a password', async () => {
    await inFolder(async (folder) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const plain = privateKey.export({ type: 'pkcs8', format: 'pem' });
      const locked = privateKey.export({
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: 'open',
      });
      for (const [pem, more] of [
        [plain, {}],
        [locked, { SNOWFLAKE_PRIVATE_KEY_PASSPHRASE: 'open' }],
      ] as const) {
        const file = join(folder, 'key.p8');
        await writeFile(file, pem);
        expect(
          await snowflakeSettings({
            ...account,
            SNOWFLAKE_PASSWORD: 'p',
            SNOWFLAKE_PRIVATE_KEY_PATH: file,
            ...more,
          }),
        ).toMatchObject({ authenticator: 'SNOWFLAKE_JWT', privateKey: plain });
      }
      const error = await errorOf(snowflakeSettings({ ...account, SNOWFLAKE_PRIVATE_KEY: String(locked) }));
      expect(error.code).toBe('InvalidConfig');
      expect(error.message).not.toContain('BEGIN');
    });
    expect(await snowflakeSettings({ ...account, SNOWFLAKE_PASSWORD: 'p' })).toMatchObject({ password: 'p' });
  });

  it.each([
    [{}, 'SNOWFLAKE_ACCOUNT and no SNOWFLAKE_USER'],
    [account, 'SNOWFLAKE_PRIVATE_KEY_PATH nor SNOWFLAKE_PASSWORD'],
    [{ ...account, SNOWFLAKE_PRIVATE_KEY_PATH: '/no/key' }, 'ENOENT'],
  ])('%j is refused', async (env, says) => {
    const error = await errorOf(snowflakeSettings(env));
    expect([error.code, error.message]).toEqual(['InvalidConfig', expect.stringContaining(says) as string]);
  });
});

describe('snowflakeError', () => {
  it.each([
    ['390100', undefined, 'CredentialsRefused'],
    ['390144', undefined, 'CredentialsRefused'],
    ['390112', undefined, 'SourceUnavailable'],
    ['002003', '42S02', 'SourceNotFound'],
    ['001003', '42000', 'SourceRefused'],
    ['000904', '42000', 'SourceRefused'],
    ['000606', undefined, 'SourceRefused'],
    ['000630', undefined, 'SourceUnavailable'],
    ['100038', undefined, 'SourceUnreadable'],
    [401001, undefined, 'SourceUnavailable'],
  ])('%s is %s %s', (code, sqlState, expected) => {
    expect(snowflakeError(Object.assign(new Error('it said'), { code, sqlState }), 'w')).toMatchObject({
      code: expected,
    });
  });
});
