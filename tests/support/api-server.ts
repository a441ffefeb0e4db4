import { type FastifyInstance } from 'fastify';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { processDependencies } from '../../cli/process-dependencies.js';
import { dashboardOptions } from '../../cli/dashboard/dashboard-options.js';
import { createApiMetrics } from '../../cli/serve/api-metrics.js';
import { createServer } from '../../cli/serve/create-server.js';
import { dashboardRoutes } from '../../cli/serve/routes/dashboard.js';
import { healthRoutes } from '../../cli/serve/routes/health.js';
import { metricsRoutes } from '../../cli/serve/routes/metrics.js';
import { retailerRoutes } from '../../cli/serve/routes/retailers.js';
import { runRoutes } from '../../cli/serve/routes/runs.js';
import { scoreRoutes } from '../../cli/serve/routes/score.js';
import { createSegmentLookup } from '../../cli/serve/segment-lookup.js';
import { type RunSummary } from '../../shared/contracts/run-summary.js';
import { createInProcessEngine } from '../../workers/in-process.js';
import { writeSmallMarket } from './small-market.js';
import { temporaryFolder } from './temp-folder.js';

export const apiToken = 'a-token-of-the-tests';

export interface ApiServer {
  readonly app: FastifyInstance;
  /** The published run of 2023-11. */
  readonly champion: RunSummary;
  /** A held run of 2023-12. */
  readonly held: RunSummary;
  stop(): Promise<void>;
}

/** The whole HTTP server over a store with two real runs of a small market, scoring in this process. */
export async function startApi(): Promise<ApiServer> {
  const folder = await temporaryFolder();
  const artifacts = pathToFileURL(path.join(folder.path, 'store')).href;
  const scratch = path.join(folder.path, 'scratch');
  const deps = processDependencies({ ...process.env, SEGMENTS_SCRATCH: scratch }, artifacts);
  const store = deps.openStore(artifacts);
  const lookup = createSegmentLookup(store, deps.scratchRoot);
  const engine = createInProcessEngine(deps);
  const source = { kind: 'csv', path: await writeSmallMarket(folder.path) };
  const retrain = async (input: object): Promise<RunSummary> =>
    (await (await engine.start('retrain', 'retrain', { source, ...input })).result()) as RunSummary;
  const raw = { enabled: false };
  const champion = await retrain({ asOf: '2023-11', config: { raw } });
  const held = await retrain({ asOf: '2023-12', config: { raw, gate: { maxLargestShare: 0.1 } } });
  const now = (): number => Date.UTC(2024, 0, 3);
  const dashboard = dashboardOptions({
    ...{ store, scratch, token: apiToken, readingNeedsToken: true, now },
    links: {
      temporalUi: 'http://temporal.example/',
      temporalNamespace: 'shops',
      mlflow: 'http://mlflow.example',
    },
    withClient: (work) => work(undefined),
  });
  const app = await createServer(
    {
      store,
      engine,
      withClient: (work) => work(undefined),
      lookup,
      metrics: createApiMetrics(),
      codeVersion: 'test',
      now,
    },
    {
      token: apiToken,
      logger: undefined,
      routes: [
        ...[healthRoutes, metricsRoutes, runRoutes, retailerRoutes, scoreRoutes],
        dashboardRoutes(dashboard),
      ],
    },
  );
  return {
    app,
    champion,
    held,
    async stop() {
      await app.close();
      await lookup.close();
      await deps.close();
      await folder.remove();
    },
  };
}
