import { readFile } from 'node:fs/promises';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { type ClientConfig } from 'pg';
import { SegmentsError } from '../../errors.js';
import { type Environment } from '../sales-source.js';

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof sslModes)[number];

const connectMilliseconds = 30_000;

export interface PostgresSettings {
  readonly client: ClientConfig;
  /** Without TLS where the server has none: libpq's `prefer`. */
  readonly plainIsFine: boolean;
  /** Server and database, for messages; no secrets. */
  readonly where: string;
}

/**
 * Connection from SEGMENTS_POSTGRES_URL (`postgres://user:password@host:port/database?sslmode=…`) or, without it, from
 * libpq's variables: PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD (or PGPASSFILE), PGSSLMODE, PGSSLROOTCERT, PGSSLCERT, PGSSLKEY.
 * sslmode means what libpq means by it; without PGSSLROOTCERT, certificates are checked against Node's own authorities.
 * A URL in one of `urlVariables` that come first goes before it. @throws InvalidConfig
 */
export async function postgresSettings(
  env: Environment,
  ...urlVariables: readonly string[]
): Promise<PostgresSettings> {
  const variable = [...urlVariables, 'SEGMENTS_POSTGRES_URL'].find((name) => env[name]);
  const url = variable === undefined ? undefined : parseUrl(env[variable]!, variable);
  if (url === undefined && !env['PGHOST']) {
    throw invalid(
      'found neither SEGMENTS_POSTGRES_URL nor PGHOST in the environment; expected one of them',
      'SEGMENTS_POSTGRES_URL',
    );
  }
  const option = (parameter: string, variable: string): string | undefined =>
    url?.searchParams.get(parameter) ?? (env[variable] || undefined);
  const part = (value: string | undefined, variable: string): string | undefined =>
    value ? decodeURIComponent(value) : env[variable] || undefined;
  const host = part(url?.hostname, 'PGHOST') ?? option('host', 'PGHOST') ?? 'localhost';
  const port = Number(part(url?.port, 'PGPORT') ?? 5432);
  const database = part(url?.pathname.slice(1), 'PGDATABASE');
  const user = part(url?.username, 'PGUSER');
  const password = part(url?.password, 'PGPASSWORD');
  const mode = sslMode(option('sslmode', 'PGSSLMODE') ?? 'prefer');
  const ssl =
    mode === 'disable' || host.startsWith('/')
      ? false
      : await tlsOptions(mode, host, {
          authority: option('sslrootcert', 'PGSSLROOTCERT'),
          certificate: option('sslcert', 'PGSSLCERT'),
          key: option('sslkey', 'PGSSLKEY'),
        });
  return {
    client: {
      host,
      port,
      ssl,
      ...(database === undefined ? {} : { database }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      connectionTimeoutMillis: connectMilliseconds,
      keepAlive: true,
      application_name: 'stable-segments',
      client_encoding: 'UTF8',
    },
    plainIsFine: mode === 'prefer' || mode === 'allow',
    where: `postgres ${host}:${port}/${database ?? user ?? ''}`,
  };
}

function parseUrl(text: string, variable: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'postgres:' || url?.protocol === 'postgresql:') return url;
  // The value may hold a password: it is not repeated.
  throw invalid(
    `${variable} is no URL of PostgreSQL; expected postgres://user:password@host:port/database`,
    variable,
  );
}

function sslMode(text: string): SslMode {
  const mode = sslModes.find((known) => known === text);
  if (mode !== undefined) return mode;
  throw invalid(
    `sslmode: found ${JSON.stringify(text)}; expected one of ${sslModes.join(', ')}`,
    'PGSSLMODE',
  );
}

async function tlsOptions(
  mode: SslMode,
  host: string,
  files: Record<'authority' | 'certificate' | 'key', string | undefined>,
): Promise<ConnectionOptions> {
  const authority = files.authority === 'system' ? undefined : files.authority;
  // libpq checks the chain under `require` too where an authority is given.
  const verified =
    mode === 'verify-full' || mode === 'verify-ca' || (mode === 'require' && authority !== undefined);
  return {
    rejectUnauthorized: verified,
    checkServerIdentity: (_name, certificate) =>
      mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
    ...(authority === undefined ? {} : { ca: await pem(authority, 'PGSSLROOTCERT') }),
    ...(files.certificate === undefined ? {} : { cert: await pem(files.certificate, 'PGSSLCERT') }),
    ...(files.key === undefined ? {} : { key: await pem(files.key, 'PGSSLKEY') }),
  };
}

async function pem(file: string, variable: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw invalid(`${variable}: cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`, variable);
  }
}

function invalid(message: string, where: string): SegmentsError {
  return new SegmentsError('InvalidConfig', message, {
    where,
    remedy: `Set ${where.endsWith('_URL') ? where : 'SEGMENTS_POSTGRES_URL'}, or the PG… variables of libpq, where the worker runs.`,
  });
}
