import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { postgresUser, type PostgresServer } from '../../../infra/services/postgres.js';
import { quoteIdentifier } from '../../../shared/duckdb/quote.js';
import { startTestPostgres } from '../../support/postgres-server.js';
import { type Placed, salesTable, type SystemUnderTest, type TestTable } from './source-contract.js';

const types = { text: 'text', integer: 'integer', number: 'double precision', date: 'date' } as const;

export async function inPostgres<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A new table with these columns and rows; returns its name. */
export async function createTable(url: string, { columns, rows }: TestTable): Promise<string> {
  const name = `sales_${randomUUID().replaceAll('-', '')}`;
  const declared = columns.map((column) => `${quoteIdentifier(column.name)} ${types[column.type]}`);
  await inPostgres(url, async (client) => {
    await client.query(`CREATE TABLE ${name} (${declared.join(', ')})`);
    await client.query(
      `INSERT INTO ${name} SELECT * FROM json_to_recordset($1) AS row(${declared.join(', ')})`,
      [
        JSON.stringify(
          rows.map((row) => Object.fromEntries(columns.map((column, i) => [column.name, row[i]]))),
        ),
      ],
    );
  });
  return name;
}

/** Rows that come slowly enough for whatever is to happen meanwhile. */
const slowQuery = (table: string): string =>
  `SELECT sales.* FROM ${table} AS sales, generate_series(1, 1000), LATERAL (SELECT pg_sleep(0.0002)) AS pause`;

export function postgresSystem(server: PostgresServer): SystemUnderTest {
  const env = { SEGMENTS_POSTGRES_URL: server.url };
  const put = async (table: TestTable): Promise<Placed> => ({
    source: { kind: 'postgres', table: await createTable(server.url, table) },
    env,
  });
  return {
    name: 'PostgreSQL',
    typed: true,
    put,
    missing: async () => ({ source: { kind: 'postgres', table: 'public.nothing_here' }, env }),
    wrongCredentials: async ({ source }) => ({
      source,
      env: { SEGMENTS_POSTGRES_URL: server.url.replace(postgresUser.password, 'wrong-secret') },
    }),
    async killedHalfWay() {
      const mortal = (await startTestPostgres())!;
      const table = await createTable(mortal.url, salesTable(5));
      return {
        source: { kind: 'postgres', query: slowQuery(table) },
        env: { SEGMENTS_POSTGRES_URL: mortal.url },
        async strike() {
          await mortal.kill();
          await mortal.stop();
        },
      };
    },
    async throttled() {
      const { source } = await put(salesTable(1));
      const limit = (connections: number): Promise<unknown> =>
        inPostgres(server.url, (client) => client.query(`ALTER ROLE busy CONNECTION LIMIT ${connections}`));
      await inPostgres(server.url, (client) =>
        client.query(
          `CREATE ROLE busy LOGIN PASSWORD 'busy'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO busy`,
        ),
      );
      await limit(0);
      return {
        source,
        env: { SEGMENTS_POSTGRES_URL: `postgres://busy:busy@127.0.0.1:${server.port}/postgres` },
        async release() {
          await limit(-1);
          return undefined;
        },
      };
    },
    slow: async () => ({
      source: { kind: 'postgres', query: slowQuery(await createTable(server.url, salesTable(5))) },
      env,
    }),
  };
}
