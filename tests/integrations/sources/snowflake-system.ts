import { randomUUID } from 'node:crypto';
import { type Connection } from 'snowflake-sdk';
import { onTestFinished } from 'vitest';
import { cacheFolder } from '../../../infra/cache-folder.js';
import { type Fakesnow, findFakesnow, startFakesnow } from '../../../infra/services/fakesnow.js';
import { snowflakeSettings } from '../../../shared/sources/snowflake/connection-settings.js';
import { startFaultProxy } from '../../support/fault-proxy.js';
import { startHttpDouble } from '../../support/http-double.js';
import {
  type Placed,
  salesTable,
  type SystemUnderTest,
  type TestTable,
} from '../../integration/sources/source-contract.js';

const types = { text: 'VARCHAR', integer: 'NUMBER(38,0)', number: 'FLOAT', date: 'DATE' } as const;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** The stand-in, started; undefined where it cannot be had, which is said. */
export async function startTestSnowflake(): Promise<Fakesnow | undefined> {
  try {
    return await startFakesnow(await findFakesnow(process.env, cacheFolder(process.env), say));
  } catch (error) {
    say(`fakesnow cannot be had (${String(error).split('\n')[0]}): the Snowflake tests are skipped`);
    return undefined;
  }
}

export async function inSnowflake<T>(
  { env }: Fakesnow,
  work: (run: (sql: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const { default: snowflake } = await import('snowflake-sdk');
  snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false });
  const connection: Connection = snowflake.createConnection(await snowflakeSettings(env));
  await connection.connectAsync();
  try {
    return await work(
      (sqlText) =>
        new Promise((resolve, reject) => {
          // The driver does not come back from collecting the stand-in's answer to an INSERT.
          connection.execute({
            sqlText,
            streamResult: true,
            complete: (error) => (error ? reject(error) : resolve()),
          });
        }),
    );
  } finally {
    connection.destroy(() => undefined);
  }
}

const literal = (cell: string | number | null): string =>
  cell === null
    ? 'NULL'
    : typeof cell === 'number'
      ? String(cell)
      : `'${cell.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** A new table with these columns and rows; returns its name. */
export async function createSnowflakeTable(server: Fakesnow, { columns, rows }: TestTable): Promise<string> {
  const name = `SALES_${randomUUID().replaceAll('-', '').toUpperCase()}`;
  await inSnowflake(server, async (run) => {
    await run('CREATE DATABASE IF NOT EXISTS MART');
    await run('CREATE SCHEMA IF NOT EXISTS MART.PUBLIC');
    await run(
      `CREATE TABLE MART.PUBLIC.${name} (${columns.map((c) => `${c.name.toUpperCase()} ${types[c.type]}`).join(', ')})`,
    );
    for (let start = 0; start < rows.length; start += 1000) {
      const values = rows.slice(start, start + 1000).map((row) => `(${row.map(literal).join(', ')})`);
      await run(`INSERT INTO MART.PUBLIC.${name} VALUES ${values.join(', ')}`);
    }
  });
  return `mart.public.${name.toLowerCase()}`;
}

export function snowflakeSystem(server: Fakesnow): SystemUnderTest {
  const { env } = server;
  const put = async (table: TestTable): Promise<Placed> => ({
    source: { kind: 'snowflake', table: await createSnowflakeTable(server, table) },
    env,
  });
  return {
    name: 'Snowflake',
    typed: true,
    put,
    async missing() {
      await put(salesTable(1));
      return { source: { kind: 'snowflake', table: 'mart.public.nothing_here' }, env };
    },
    wrongCredentials: async ({ source }) => ({ source, env: { ...env, SNOWFLAKE_PASSWORD: 'wrong-secret' } }),
    async killedHalfWay() {
      const { source } = await put(salesTable(20));
      const proxy = await startFaultProxy(server.endpoint);
      onTestFinished(() => proxy.close());
      return {
        source,
        env: { ...env, SEGMENTS_SNOWFLAKE_URL: proxy.endpoint },
        // The first progress comes after the columns are known, before the first row.
        strike: () => proxy.close(),
      };
    },
    async throttled() {
      const { source } = await put(salesTable(1));
      const double = await startHttpDouble(() => ({ status: 429, json: { message: 'too many requests' } }));
      onTestFinished(() => double.close());
      return {
        source,
        env: { ...env, SEGMENTS_SNOWFLAKE_URL: double.endpoint },
        release: async () => ({ env }),
      };
    },
    slow: () => put(salesTable(20)),
  };
}
