import { type Command, Option } from 'commander';
import fastify from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from '../../shared/artifacts/open-store.js';
import { createRunReader } from '../../shared/dashboard/run-reader.js';
import { dashboardPlugin } from '../../shared/dashboard/dashboard-plugin.js';
import { SegmentsError } from '../../shared/errors.js';
import { type ArtifactStore } from '../../shared/artifacts/store.js';
import { type HeldRunDecision } from '../../shared/dashboard/dashboard-plugin.js';
import { checkToken, isLoopback } from '../check-token.js';
import { decideRun } from '../decide-run.js';
import { decisionSentence } from '../decision-sentence.js';
import { findClient } from '../open-client.js';
import { compareStoredRuns } from '../compare-stored-runs.js';
import { createOutput } from '../output.js';
import { portOption } from '../port-option.js';
import { resolveSettings } from '../settings.js';
import { type CommonFlags, outputOptions, settingsOption, storeOption } from '../shared-options.js';
import { untilInterrupted } from '../until-interrupted.js';

interface UiFlags extends CommonFlags {
  readonly host: string;
  readonly port: number;
  readonly temporalUi?: string;
  readonly temporalNamespace: string;
  readonly mlflow?: string;
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
    .addOption(
      new Option('--temporal-ui <url>', "address of Temporal's UI, for links").env('SEGMENTS_TEMPORAL_UI'),
    )
    .addOption(
      new Option('--temporal-namespace <name>', 'its namespace').default('default').env('TEMPORAL_NAMESPACE'),
    )
    .addOption(new Option('--mlflow <url>', "address of MLflow's UI, for links").env('SEGMENTS_MLFLOW_UI'))
    .addHelpText(
      'after',
      '\nSEGMENTS_API_TOKEN lets people who know it decide on held runs; off this machine it is asked for reading, too.' +
        '\nExamples:\n  segments ui\n  segments ui --artifacts s3://bucket/segments --port 9000',
    );
  outputOptions(settingsOption(storeOption(command))).action(async (flags: UiFlags) => {
    const output = createOutput(flags);
    const settings = await resolveSettings(flags, process.env);
    const store = openStore(settings.artifacts);
    const token = checkToken('SEGMENTS_API_TOKEN', process.env, flags.host);
    const scratch = await mkdtemp(path.join(tmpdir(), 'segments-ui-'));
    const app = fastify({ logger: false });
    try {
      await app.register(dashboardPlugin, {
        reader: createRunReader({ store, scratch, duckDb: { memoryLimit: '1GB', threads: 1 } }),
        compare: (earlier, later) => compareStoredRuns(store, earlier, later),
        linksOf: (runId) => links(flags, runId),
        ...(token !== undefined && {
          decide: { token, carryOut: (decision) => decide(store, decision) },
          ...(!isLoopback(flags.host) && { readToken: token }),
        }),
      });
      const address = await listen(app, flags);
      output.json({ address, store: store.uri });
      output.print(`Dashboard  ${address}\nStore      ${store.uri}\nCtrl-C ends it.`);
      if (token === undefined) output.note('Read-only: SEGMENTS_API_TOKEN lets people decide on held runs.');
      await untilInterrupted();
    } finally {
      await app.close();
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

/** Through the run's workflow where that waits on a server, else on the store. */
async function decide(
  store: ArtifactStore,
  { runId, outcome, by, reason }: HeldRunDecision,
): Promise<string> {
  const client = await findClient();
  try {
    const request = { by, reason };
    return decisionSentence(await decideRun({ store, runId, outcome, request, client, now: Date.now() }));
  } finally {
    await client?.connection.close();
  }
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

/** A run's ID is the ID of its workflow's execution, by which Temporal finds it. */
function links({ temporalUi, temporalNamespace, mlflow }: UiFlags, runId: string) {
  const query = encodeURIComponent(`RunId="${runId}"`);
  const clean = (url: string): string => url.replace(/\/+$/, '');
  return [
    ...(temporalUi === undefined
      ? []
      : [
          {
            label: 'Temporal',
            href: `${clean(temporalUi)}/namespaces/${encodeURIComponent(temporalNamespace)}/workflows?query=${query}`,
          },
        ]),
    ...(mlflow === undefined ? [] : [{ label: 'MLflow', href: clean(mlflow) }]),
  ];
}
