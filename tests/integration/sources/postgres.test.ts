import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { type PostgresServer, postgresUser } from '../../../infra/services/postgres.js';
import { startTestPostgres } from '../../support/postgres-server.js';
import { temporaryFolder } from '../../support/temp-folder.js';
import { createTable, inPostgres } from './postgres-system.js';
import { ingestPlaced, refusalOf, salesTable } from './source-contract.js';

const exec = promisify(execFile);
const folder = await temporaryFolder();
const authority = path.join(folder.path, 'cert.pem');
const key = path.join(folder.path, 'key.pem');
const certified = await exec('openssl', [
  ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
  ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', authority],
]).then(
  () => true,
  () => false,
);
const server = await startTestPostgres(certified ? { tls: { certificate: authority, key } } : {});
afterAll(async () => {
  await server?.stop();
  await folder.remove();
});

describe.skipIf(server === undefined)('PostgreSQL', () => {
  const { url } = server ?? ({ url: '' } as PostgresServer);
  const env = { SEGMENTS_POSTGRES_URL: url };

  test('names that need quoting are quoted: of the schema, the table and its columns', async () => {
    await inPostgres(url, async (client) => {
      await client.query(`CREATE SCHEMA "Ma.rt"; CREATE TABLE "Ma.rt"."The ""sales""" AS
        SELECT 7 AS "Shop; drop", 'p' AS product_id, 2023::smallint AS year, 5::numeric AS month, 3::bigint AS sales_qty`);
    });
    const { sales, error } = await ingestPlaced({
      source: {
        kind: 'postgres',
        table: '"Ma.rt"."The ""sales"""',
        columns: { shop_id: 'Shop; drop' },
      },
      env,
    });
    expect(error).toBeUndefined();
    expect(sales!.counts).toMatchObject({ read: 1, used: 1 });
    expect(sales!.fingerprint.version).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z snapshot \d+:\d+:/);
  });

  test('a query is one that only reads: what would write, run a program or hold two statements is refused', async () => {
    const table = await createTable(url, salesTable(1));
    const good = await ingestPlaced({
      source: { kind: 'postgres', query: `WITH s AS (SELECT * FROM ${table}) SELECT * FROM s; ` },
      env,
    });
    expect(good.error).toBeUndefined();
    const marker = path.join(folder.path, 'ran');
    for (const query of [
      `SELECT 1) AS x) TO PROGRAM 'touch ${marker}' --`,
      `SELECT 1) AS x; DROP TABLE ${table}; SELECT * FROM (SELECT 1`,
      `WITH gone AS (DELETE FROM ${table} RETURNING *) SELECT * FROM gone`,
      `SELECT * FROM ${table} WHERE`,
      `SELECT nextval('s')`,
    ]) {
      const error = await refusalOf({ source: { kind: 'postgres', query }, env });
      expect(error.retryable, `${query}: ${error.message}`).toBe(false);
    }
    await inPostgres(url, async (client) => {
      const { rows } = await client.query(`SELECT count(*)::int AS left FROM ${table}`);
      expect(rows).toEqual([{ left: salesTable(1).rows.length }]);
    });
  });

  test('a function that writes is stopped by the read-only transaction', async () => {
    const table = await createTable(url, salesTable(1));
    await inPostgres(url, (client) =>
      client.query(`CREATE FUNCTION empty_it() RETURNS int LANGUAGE plpgsql AS
        $$ BEGIN DELETE FROM ${table}; RETURN 1; END $$`),
    );
    const error = await refusalOf({
      source: { kind: 'postgres', query: `SELECT *, empty_it() FROM ${table}` },
      env,
    });
    expect([error.code, error.message]).toEqual([
      'SourceRefused',
      expect.stringContaining('read-only transaction') as string,
    ]);
  });

  test('rows that come while it reads are not seen: one snapshot', async () => {
    const sales = salesTable(2);
    const table = await createTable(url, sales);
    let added: Promise<unknown> | undefined;
    const query = `SELECT sales.* FROM ${table} AS sales, LATERAL (SELECT pg_sleep(0.001)) AS pause
      UNION ALL SELECT * FROM ${table} WHERE shop_id = 'new'`;
    const { sales: found } = await ingestPlaced({
      source: { kind: 'postgres', query },
      env,
      onProgress: () =>
        void (added ??= inPostgres(url, (client) =>
          client.query(`INSERT INTO ${table} VALUES ('new', 'p', 2023, 1, 1)`),
        )),
    });
    await added;
    expect(found!.counts.read).toBe(sales.rows.length);
  });

  test('a statement that takes too long is unavailable, with the setting to change', async () => {
    const error = await refusalOf({
      source: {
        kind: 'postgres',
        statementTimeoutSeconds: 1,
        query: `SELECT 'a' AS shop_id, 'p' AS product_id, 2023 AS year, 1 AS month, 1 AS sales_qty, pg_sleep(30)`,
      },
      env,
    });
    expect(error.code).toBe('SourceUnavailable');
    expect(error.remedy).toContain('statementTimeoutSeconds');
  });

  test('a user without the right to read is told which right', async () => {
    const table = await createTable(url, salesTable(1));
    await inPostgres(url, (client) => client.query(`CREATE ROLE guest LOGIN PASSWORD 'guest'`));
    const error = await refusalOf({
      source: { kind: 'postgres', table },
      env: { ...env, SEGMENTS_POSTGRES_URL: url.replace(/\/\/[^@]*@/, '//guest:guest@') },
    });
    expect([error.code, error.remedy]).toEqual([
      'CredentialsRefused',
      expect.stringContaining('GRANT SELECT') as string,
    ]);
  });

  test('an abort ends the query on the server as well', async () => {
    const stop = new AbortController();
    const running = ingestPlaced({
      source: {
        kind: 'postgres',
        query: `SELECT 'a' AS shop_id, 'p' AS product_id, 2023 AS year, 1 AS month, pg_sleep(300)::text AS sales_qty`,
      },
      env,
      stop,
    });
    await inPostgres(url, async (client) => {
      const active = async (): Promise<number> => {
        const { rows } = await client.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state = 'active'`,
        );
        return rows[0]!.n;
      };
      while ((await active()) === 0) await sleep(50);
      stop.abort(new Error('enough'));
      expect((await running).error).toBe(stop.signal.reason);
      while ((await active()) > 0) await sleep(200);
    });
  });

  describe.skipIf(!certified)('TLS', () => {
    const connecting = async (settings: Record<string, string>): Promise<string> => {
      const { error } = await ingestPlaced({
        source: { kind: 'postgres', query: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()' },
        env: {
          PGHOST: '127.0.0.1',
          PGPORT: String(server!.port),
          PGUSER: postgresUser.name,
          PGPASSWORD: postgresUser.password,
          PGDATABASE: 'postgres',
          ...settings,
        },
      });
      return (error as { code: string }).code;
    };
    // The query has no sales: to be told so means that the connection was made.
    test.each([
      [{ PGSSLMODE: 'prefer' }, 'MissingColumn'],
      [{ PGSSLMODE: 'disable' }, 'MissingColumn'],
      [{ PGSSLMODE: 'require' }, 'MissingColumn'],
      [{ PGSSLMODE: 'verify-full' }, 'SourceRefused'],
      [{ PGSSLMODE: 'verify-ca' }, 'SourceRefused'],
      [{ PGSSLMODE: 'verify-full', PGSSLROOTCERT: authority }, 'MissingColumn'],
      [{ PGSSLMODE: 'require', PGSSLROOTCERT: authority }, 'MissingColumn'],
      [{ PGSSLMODE: 'verify-ca', PGSSLROOTCERT: authority, PGHOST: 'localhost' }, 'MissingColumn'],
      [{ PGSSLMODE: 'verify-full', PGSSLROOTCERT: authority, PGHOST: 'localhost' }, 'SourceRefused'],
    ])('%j: %s', async (settings, code) => {
      expect(await connecting(settings as Record<string, string>)).toBe(code);
    });
  });

  test('prefer is content without TLS where the server has none; require is not', async () => {
    const plain = (await startTestPostgres())!;
    try {
      const table = await createTable(plain.url, salesTable(1));
      const source = { kind: 'postgres', table } as const;
      expect(
        (await ingestPlaced({ source, env: { SEGMENTS_POSTGRES_URL: plain.url } })).error,
      ).toBeUndefined();
      const required = { SEGMENTS_POSTGRES_URL: `${plain.url}?sslmode=require` };
      expect((await refusalOf({ source, env: required })).code).toBe('SourceRefused');
    } finally {
      await plain.stop();
    }
  });
});
