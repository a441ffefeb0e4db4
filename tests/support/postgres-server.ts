import {
  findPostgres,
  type PostgresOptions,
  type PostgresServer,
  startPostgres,
} from '../../infra/services/postgres.js';
import { temporaryFolder } from './temp-folder.js';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** A throwaway PostgreSQL; undefined where none can be had on this machine, which is said. */
export async function startTestPostgres(
  options: Omit<PostgresOptions, 'folder'> = {},
): Promise<PostgresServer | undefined> {
  let bin: string;
  try {
    bin = await findPostgres(process.env, say);
  } catch (error) {
    say(`PostgreSQL cannot be had (${String(error).split('\n')[0]}): its tests are skipped`);
    return undefined;
  }
  const folder = await temporaryFolder();
  try {
    const server = await startPostgres(bin, { ...options, folder: folder.path });
    return {
      ...server,
      async stop() {
        await server.stop();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
