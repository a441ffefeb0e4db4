import { type Client } from '@temporalio/client';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { type ArtifactStore } from '../../shared/artifacts/store.js';
import { type DashboardOptions } from '../../shared/dashboard/dashboard-plugin.js';
import { createRunReader } from '../../shared/dashboard/run-reader.js';
import { explainStoredRetailer } from '../../shared/explain/explain-stored-retailer.js';
import { compareStoredRuns } from '../compare-stored-runs.js';
import { decideRun } from '../decide-run.js';
import { decisionSentence } from '../decision-sentence.js';
import { linksOfRun, type LinkFlags } from './run-links.js';

export interface DashboardSurroundings {
  readonly store: ArtifactStore;
  /** A folder of the dashboard's own: fetched assignments stay there. */
  readonly scratch: string;
  readonly links: LinkFlags;
  /** What lets people decide; undefined: read-only. */
  readonly token: string | undefined;
  /** Whether the token is asked for reading, too. */
  readonly readingNeedsToken: boolean;
  /** The server on which a held run may wait, and what is done with it after a decision. */
  readonly withClient: <T>(work: (client: Client | undefined) => Promise<T>) => Promise<T>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const duckDb = { memoryLimit: '1GB', threads: 1 };

/** The dashboard over a store, as `segments ui` and `segments serve` have it. */
export function dashboardOptions(surroundings: DashboardSurroundings): DashboardOptions {
  const { store, scratch, links, token, readingNeedsToken, withClient, now } = surroundings;
  return {
    reader: createRunReader({ store, scratch, duckDb }),
    compare: (earlier, later) => compareStoredRuns(store, earlier, later),
    linksOf: (runId) => linksOfRun(links, runId),
    async explain(runId, shopId) {
      const own = await mkdtemp(path.join(scratch, 'explain-'));
      try {
        return await explainStoredRetailer({ store, runId, shopId, scratch: own, duckDb });
      } finally {
        await rm(own, { recursive: true, force: true });
      }
    },
    ...(token !== undefined && {
      decide: {
        token,
        // Through the run's workflow where that waits on a server, else on the store.
        carryOut: ({ runId, outcome, by, reason }) =>
          withClient(async (client) => {
            const request = { by, reason };
            return decisionSentence(await decideRun({ store, runId, outcome, request, client, now: now() }));
          }),
      },
      ...(readingNeedsToken && { readToken: token }),
    }),
  };
}
