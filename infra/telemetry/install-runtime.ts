import { Runtime } from '@temporalio/worker';
import { temporalConfig } from '../../temporal.config.js';
import { type Telemetry } from './telemetry.js';
import { temporalLogger } from './temporal-logger.js';

/**
 * Sets the Temporal SDK's runtime up: its logs and its core's through our log, its metrics and ours on one Prometheus
 * endpoint. Once a process, before any worker or native connection.
 */
export function installRuntime({ log, logLevel, metricsAddress }: Telemetry): void {
  const core =
    logLevel === 'trace' || logLevel === 'debug' ? 'INFO' : logLevel === 'error' ? 'ERROR' : 'WARN';
  Runtime.install({
    logger: temporalLogger(log),
    telemetryOptions: {
      logging: { filter: { core, other: 'ERROR' }, forward: {} },
      ...(metricsAddress === undefined
        ? {}
        : {
            metrics: {
              prometheus: {
                bindAddress: metricsAddress,
                countersTotalSuffix: true,
                unitSuffix: true,
                useSecondsForDurations: true,
                histogramBucketOverrides: Object.fromEntries(
                  Object.entries(temporalConfig.worker.histogramBuckets).map(([name, bounds]) => [
                    name,
                    [...bounds],
                  ]),
                ),
              },
            },
          }),
    },
    // Whoever started the workers decides when they stop: two of them must not race for the same signal.
    shutdownSignals: [],
  });
}
