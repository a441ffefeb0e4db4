import { describe, expect, it } from 'vitest';
import { postgresSettings } from '../../../shared/sources/postgres/connection-settings.js';
import { postgresError } from '../../../shared/sources/postgres/postgres-error.js';
import { type Environment } from '../../../shared/sources/sales-source.js';
import { errorOf } from './ingesting.js';

describe('postgresSettings', () => {
  it('takes a URL before the variables of libpq, and unescapes what it holds', async () => {
    const { client, where } = await postgresSettings({
      SEGMENTS_POSTGRES_URL: 'postgres://an%40alyst:p%2Fw@db.test:5433/mart?sslmode=require',
      PGHOST: 'elsewhere',
    });
    expect(client).toMatchObject({
      host: 'db.test',
      port: 5433,
      user: 'an@alyst',
      password: 'p/w',
      database: 'mart',
      ssl: { rejectUnauthorized: false },
    });
    expect(where).toBe('postgres db.test:5433/mart');
  });

  it.each([
    ['require', { rejectUnauthorized: false }],
    ['verify-ca', { rejectUnauthorized: true }],
    ['verify-full', { rejectUnauthorized: true }],
  ])('sslmode %s means what libpq means by it', async (mode, ssl) => {
    const { client } = await postgresSettings({ PGHOST: 'db.test', PGSSLMODE: mode });
    expect(client.ssl).toMatchObject(ssl);
  });

  it.each([{ PGSSLMODE: 'disable' }, { PGHOST: '/run/postgresql' }])('%j is without TLS', async (given) => {
    expect((await postgresSettings({ PGHOST: 'db.test', ...given })).client.ssl).toBe(false);
  });

  const refused: [string, Environment, string][] = [
    ['nothing', {}, 'SEGMENTS_POSTGRES_URL'],
    ['a URL that is none', { SEGMENTS_POSTGRES_URL: 'mysql://u:hidden@h/d' }, 'postgres://'],
    ['an unknown sslmode', { PGHOST: 'h', PGSSLMODE: 'always' }, 'verify-full'],
    [
      'an authority that is not there',
      { PGHOST: 'h', PGSSLMODE: 'verify-ca', PGSSLROOTCERT: '/no/ca.pem' },
      'ENOENT',
    ],
  ];
  it.each(refused)('refuses %s, and repeats no secret', async (_what, env, says) => {
    const error = await errorOf(postgresSettings(env));
    expect(error.code).toBe('InvalidConfig');
    expect(error.message).toContain(says);
    expect(error.message).not.toContain('hidden');
  });
});

describe('the settings of a sink', () => {
  it('go by its own URL before that of the source, and name the one that is wrong', async () => {
    const env = {
      SEGMENTS_POSTGRES_URL: 'postgres://u@source/d',
      SEGMENTS_SINK_POSTGRES_URL: 'postgres://u@sink/d',
    };
    expect((await postgresSettings(env, 'SEGMENTS_SINK_POSTGRES_URL')).where).toContain('sink:');
    expect((await postgresSettings(env)).where).toContain('source:');
    await expect(
      postgresSettings(
        { ...env, SEGMENTS_SINK_POSTGRES_URL: 'mysql://u:hidden@h' },
        'SEGMENTS_SINK_POSTGRES_URL',
      ),
    ).rejects.toMatchObject({
      code: 'InvalidConfig',
      where: 'SEGMENTS_SINK_POSTGRES_URL',
      message: expect.not.stringContaining('hidden') as string,
      remedy: expect.stringContaining('SEGMENTS_SINK_POSTGRES_URL') as string,
    });
  });
});

describe('postgresError', () => {
  it.each([
    ['28P01', 'CredentialsRefused'],
    ['42501', 'CredentialsRefused'],
    ['42P01', 'SourceNotFound'],
    ['3D000', 'SourceNotFound'],
    ['42601', 'SourceRefused'],
    ['25006', 'SourceRefused'],
    ['22P02', 'SourceUnreadable'],
    ['57P01', 'SourceUnavailable'],
    ['57014', 'SourceUnavailable'],
    ['53300', 'SourceUnavailable'],
    ['40001', 'SourceUnavailable'],
    ['ECONNREFUSED', 'SourceUnavailable'],
    ['EPIPE', 'SourceUnavailable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SourceRefused'],
  ])('%s is %s', (state, code) => {
    expect(postgresError(Object.assign(new Error('it said'), { code: state }), 'postgres h')).toMatchObject({
      code,
      where: 'postgres h',
    });
  });

  it('leaves a defect of this product what it is', () => {
    const defect = new TypeError('x is not a function');
    expect(postgresError(defect, 'postgres h')).toBe(defect);
  });
});
