import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the server counts of itself, in a registry of its own: two servers in one process do not mix. */
export interface ApiMetrics {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly scored: Counter<'status'>;
  readonly champion: Gauge<'run_id' | 'as_of'>;
}

export function createApiMetrics(): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'segments_http_request_duration_seconds',
      help: 'Time from the request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.3, 1, 3, 10, 30],
      registers,
    }),
    scored: new Counter({
      name: 'segments_scored_retailers_total',
      help: 'Retailers scored on request, by what came of it.',
      labelNames: ['status'],
      registers,
    }),
    champion: new Gauge({
      name: 'segments_champion_info',
      help: 'The champion when it was last read: always 1, the run in the labels.',
      labelNames: ['run_id', 'as_of'],
      registers,
    }),
  };
}
