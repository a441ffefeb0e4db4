import { type Command, Option } from 'commander';
import fastify from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from '../../shared/artifacts/open-store.js';
import { dashboardPlugin } from '../../shared/dashboard/dashboard-plugin.js';
import { SegmentsError } from '../../shared/errors.js';
import { checkToken, isLoopback } from '../check-token.js';
import { dashboardOptions } from '../dashboard/dashboard-options.js';
import { linkOptions, type LinkFlags } from '../dashboard/run-links.js';
import { withFoundClient } from '../open-client.js';
import { createOutput } from '../output.js';
import { portOption } from '../port-option.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';
import { untilInterrupted } from '../until-interrupted.js';

interface UiFlags extends CommonFlags, LinkFlags {
  readonly host: string;
  readonly port: number;
}

/** `segments ui`: the dashboard over an artifact store, until Ctrl-C. */
export function addUiCommand(program: Command): void {
  const command = program
    .command('ui')
    .description('the dashboard over an artifact store: runs by month, comparisons, retailers; until Ctrl-C')
    .addOption(
      new Option('--host <address>', 'address to listen on').default('127.0.0.1').env('SEGMENTS_UI_HOST'),
    )
    .addOption(portOption(8400).env('SEGMENTS_UI_PORT'))
    .addHelpText(
      'after',
      '\nSEGMENTS_API_TOKEN lets people who know it decide on held runs; off this machine it is asked for reading, too.' +
        '\nExamples:\n  segments ui\n  segments ui --artifacts s3://bucket/segments --port 9000',
    );
  outputOptions(linkOptions(settingsOption(storeOption(command)))).action(async (flags: UiFlags) => {
    const output = createOutput(flags);
    const settings = await resolveSettings(flags, process.env);
    const store = openStore(settings.artifacts);
    const token = checkToken('SEGMENTS_API_TOKEN', process.env, flags.host);
    const scratch = await mkdtemp(path.join(tmpdir(), 'segments-ui-'));
    const app = fastify({ logger: false });
    try {
      const options = dashboardOptions({
        ...{ store, scratch, token, links: flags, now: () => Date.now() },
        readingNeedsToken: !isLoopback(flags.host),
        withClient: withFoundClient,
      });
      await app.register(dashboardPlugin, options);
      const interrupted = untilInterrupted();
      const address = await listen(app, flags);
      output.json({ address, store: store.uri });
      output.print(`Dashboard  ${address}\nStore      ${store.uri}\nCtrl-C ends it.`);
      if (token === undefined) output.note('Read-only: SEGMENTS_API_TOKEN lets people decide on held runs.');
      await interrupted;
    } finally {
      await app.close();
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

async function listen(app: ReturnType<typeof fastify>, { host, port }: UiFlags): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
    throw new SegmentsError('InvalidInput', `--port: ${host}:${port} cannot be listened on (${code})`, {
      where: '--port',
      remedy: 'Give another port, or 0 for a free one.',
    });
  }
}
