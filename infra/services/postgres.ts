import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, chown, constants, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../free-port.js';

const exec = promisify(execFile);
const debianFolder = '/usr/lib/postgresql';
const startMilliseconds = 60_000;

/** Superuser of the throwaway cluster: reached from this machine only, for as long as the cluster lives. */
export const postgresUser = { name: 'segments_test', password: 'segments-test-secret' } as const;

async function holdsServer(folder: string): Promise<boolean> {
  const files = ['postgres', 'initdb', 'psql'].map((name) => path.join(folder, name));
  return await Promise.all(files.map((file) => access(file, constants.X_OK))).then(
    () => true,
    () => false,
  );
}

async function installed(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const versions = await readdir(debianFolder).catch((): string[] => []);
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  const candidates = [
    ...(env['SEGMENTS_POSTGRES_BIN'] ? [env['SEGMENTS_POSTGRES_BIN']] : []),
    ...(env['PATH'] ?? '').split(path.delimiter).filter((part) => part !== ''),
    ...newestFirst.map((version) => path.join(debianFolder, version, 'bin')),
  ];
  for (const folder of candidates) if (await holdsServer(folder)) return folder;
  return undefined;
}

/**
 * Folder of the programs of a PostgreSQL server: from SEGMENTS_POSTGRES_BIN, PATH, Debian's own place, else installed by
 * apt where this process may (root on a Debian). @throws where it cannot be had.
 */
export async function findPostgres(env: NodeJS.ProcessEnv, say: (text: string) => void): Promise<string> {
  const found = await installed(env);
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) throw new Error('no PostgreSQL server found, and only root can install one');
  say('installing PostgreSQL with apt (once)');
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 1 << 26 };
  await exec('apt-get', ['update', '-qq'], options);
  await exec('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], options);
  const now = await installed(env);
  if (now === undefined) throw new Error(`apt installed PostgreSQL, but not where it is looked for`);
  return now;
}

/** The server refuses to run as root: another user of this machine, where we are root. */
async function ordinaryUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const [, , uid, gid] =
    lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody')!;
  return { uid: Number(uid), gid: Number(gid) };
}

export interface PostgresServer {
  readonly port: number;
  /** Folder of the server's programs, psql among them. */
  readonly bin: string;
  /** Connection URL of the superuser. */
  readonly url: string;
  /** Ends the server at once, as a crash would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** An empty folder for the cluster, handed to the server's user; the caller removes it. */
  readonly folder: string;
  /** Certificate and key (PEM files) for TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Further settings of the server. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Makes a cluster in `folder` and starts it on a free port of 127.0.0.1: fast, and safe against nothing. */
export async function startPostgres(bin: string, options: PostgresOptions): Promise<PostgresServer> {
  const { folder } = options;
  const user = await ordinaryUser();
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o711);
  await writeFile(passwordFile, postgresUser.password, { mode: 0o600 });
  if (user !== undefined)
    await Promise.all([folder, passwordFile].map((file) => chown(file, user.uid, user.gid)));
  const as = { ...(user ?? {}), cwd: folder };
  await exec(
    path.join(bin, 'initdb'),
    [
      ...['-D', data, '-U', postgresUser.name, `--pwfile=${passwordFile}`, '-A', 'scram-sha-256'],
      ...['--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'],
    ],
    as,
  );
  const port = await freePort();
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    ...(await tlsSettings(options, user)),
    ...options.settings,
  };
  const child = spawn(
    path.join(bin, 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...as, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-8000)));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  try {
    await ready(child, () => said);
  } catch (error) {
    await end('SIGQUIT');
    throw error;
  }
  return {
    port,
    bin,
    url: `postgres://${postgresUser.name}:${postgresUser.password}@127.0.0.1:${port}/postgres`,
    // SIGQUIT: the postmaster takes its children with it; SIGKILL would leave them behind.
    kill: () => end('SIGQUIT'),
    stop: () => end('SIGINT'),
  };
}

/** PostgreSQL wants a key that its own user owns and no other can read. */
async function tlsSettings(
  { folder, tls }: PostgresOptions,
  user: { uid: number; gid: number } | undefined,
): Promise<Record<string, string>> {
  if (tls === undefined) return {};
  const files = { ssl_cert_file: tls.certificate, ssl_key_file: tls.key };
  const settings: Record<string, string> = { ssl: 'on' };
  for (const [name, source] of Object.entries(files)) {
    const copy = path.join(folder, `${name}.pem`);
    await writeFile(copy, await readFile(source), { mode: 0o600 });
    if (user !== undefined) await chown(copy, user.uid, user.gid);
    settings[name] = copy;
  }
  return settings;
}

async function ready(child: ChildProcess, output: () => string): Promise<void> {
  for (let waited = 0; waited < startMilliseconds; waited += 50) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`PostgreSQL ended: ${output()}`);
    if (output().includes('database system is ready to accept connections')) return;
    await sleep(50);
  }
  throw new Error(`PostgreSQL does not get ready: ${output()}`);
}
