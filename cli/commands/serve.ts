import { type Command, Option } from 'commander';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { createProcessLog, processLogOptions } from '../../infra/telemetry/process-log.js';
import { withFoundClient } from '../open-client.js';
import { openEngine, type OpenedEngine } from '../open-engine.js';
import { checkToken } from '../check-token.js';
import { createOutput } from '../output.js';
import { portOption } from '../port-option.js';
import { processDependencies } from '../process-dependencies.js';
import { dashboardOptions } from '../dashboard/dashboard-options.js';
import { linkOptions, type LinkFlags } from '../dashboard/run-links.js';
import { createApiMetrics } from '../serve/api-metrics.js';
import { createServer } from '../serve/create-server.js';
import { dashboardPrefix, dashboardRoutes } from '../serve/routes/dashboard.js';
import { healthRoutes } from '../serve/routes/health.js';
import { metricsRoutes } from '../serve/routes/metrics.js';
import { retailerRoutes } from '../serve/routes/retailers.js';
import { runRoutes } from '../serve/routes/runs.js';
import { scoreRoutes } from '../serve/routes/score.js';
import { createSegmentLookup } from '../serve/segment-lookup.js';
import { resolveSettings } from '../settings.js';
import {
  type CommonFlags,
  engineOption,
  outputOptions,
  settingsOption,
  storeOption,
} from '../shared-options.js';
import { untilInterrupted } from '../until-interrupted.js';

interface ServeFlags extends CommonFlags, LinkFlags {
  readonly host: string;
  readonly port: number;
}

/** `segments serve`: segments over HTTP. */
export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description(
      'HTTP API: segment of a retailer, scoring from posted sales, runs and decisions, health, metrics; and the dashboard',
    )
    .addOption(
      new Option('--host <address>', 'address to listen on').env('SEGMENTS_HOST').default('127.0.0.1'),
    )
    .addOption(portOption(8090).env('SEGMENTS_PORT'))
    .addHelpText(
      'after',
      '\nSEGMENTS_API_TOKEN is the bearer token; without it the server listens on loopback only.' +
        '\nThe dashboard is under /dashboard: where there is a token, it asks for it as the password.' +
        '\nScores in this process unless --engine temporal hands it to workers.' +
        '\nExample:\n  SEGMENTS_API_TOKEN=… segments serve --artifacts s3://bucket/segments --host 0.0.0.0',
    );
  outputOptions(linkOptions(engineOption(settingsOption(storeOption(command))))).action(
    async (flags: ServeFlags) => {
      const output = createOutput(flags);
      const token = checkToken('SEGMENTS_API_TOKEN', process.env, flags.host);
      const { artifacts } = await resolveSettings(flags, process.env);
      const deps = processDependencies(process.env, artifacts);
      const store = deps.openStore(artifacts);
      const lookup = createSegmentLookup(store, deps.scratchRoot);
      const choice = flags.engine === 'temporal' ? 'temporal' : 'in-process';
      const logger = createProcessLog(processLogOptions(process.env, output.isQuiet ? 'warn' : 'info'));
      let scratch: string | undefined;
      let engine: OpenedEngine | undefined;
      try {
        engine = await openEngine({ choice, deps, env: process.env, note: output.note });
        const now = (): number => Date.now();
        await mkdir(deps.scratchRoot, { recursive: true });
        scratch = await mkdtemp(path.join(deps.scratchRoot, 'dashboard-'));
        const dashboard = dashboardOptions({
          ...{ store, scratch, token, links: flags, now },
          // As the API does it: whoever may not ask that may not read this.
          readingNeedsToken: true,
          withClient: withFoundClient,
        });
        const app = await createServer(
          {
            store,
            engine,
            withClient: withFoundClient,
            lookup,
            metrics: createApiMetrics(),
            codeVersion: deps.codeVersion,
            now,
          },
          {
            token,
            logger,
            routes: [
              ...[healthRoutes, metricsRoutes, runRoutes, retailerRoutes, scoreRoutes],
              dashboardRoutes(dashboard),
            ],
          },
        );
        const interrupted = untilInterrupted();
        const address = await app.listen({ host: flags.host, port: flags.port });
        output.json({ ready: true, address, pid: process.pid });
        output.print(
          `Dashboard  ${address}${dashboardPrefix}/\nAPI        ${address}/openapi.json describes it\nCtrl-C ends it.`,
        );
        if (token === undefined)
          output.note('SEGMENTS_API_TOKEN is not set: anybody on this machine may ask.');
        await interrupted;
        output.note('stopping: running requests are answered');
        await app.close();
      } finally {
        await engine?.close();
        await lookup.close();
        if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
        await deps.close();
      }
    },
  );
}
