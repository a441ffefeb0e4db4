import { type FastifyInstance } from 'fastify';
import { type ArtifactStore } from '../../shared/artifacts/store.js';
import { type Engine } from '../../workers/engine.js';
import { type withFoundClient } from '../open-client.js';
import { type ApiMetrics } from './api-metrics.js';
import { type SegmentLookup } from './segment-lookup.js';

/** What routes work with. The store is the server's own: a request can't name another. */
export interface ApiDependencies {
  readonly store: ArtifactStore;
  readonly engine: Engine;
  /** The server on which held runs may wait for a decision, for one piece of work. */
  readonly withClient: typeof withFoundClient;
  readonly lookup: SegmentLookup;
  readonly metrics: ApiMetrics;
  readonly codeVersion: string;
  /** Milliseconds since 1970. */
  now(): number;
}

/** Some routes that belong together. Another page or another part of the API is one more of these. */
export interface ApiRoutes {
  /** open: for probes and documentation; token: needs the bearer token, where the server has one. */
  readonly access: 'open' | 'token';
  register(app: FastifyInstance, deps: ApiDependencies): void;
}
