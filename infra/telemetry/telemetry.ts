import { type Logger } from 'pino';
import { SegmentsError } from '../../shared/errors.js';
import { createProcessLog, type LogLevel, processLogOptions } from './process-log.js';
import { openTracing, type Tracing } from './tracing.js';

/** What a process tells of itself. All of it is off, but for errors in the log, unless the environment asks for it. */
export interface Telemetry {
  readonly log: Logger;
  readonly logLevel: LogLevel;
  /** host:port on which Prometheus finds `/metrics`; undefined where nobody asked. */
  readonly metricsAddress: string | undefined;
  readonly tracing: Tracing | undefined;
}

/**
 * Reads SEGMENTS_LOG_LEVEL, SEGMENTS_LOG_FORMAT, SEGMENTS_METRICS_ADDRESS (host:port) and OTEL_….
 * @throws SegmentsError InvalidConfig
 */
export function openTelemetry(
  env: NodeJS.ProcessEnv,
  { logLevel, version }: { logLevel: LogLevel; version: string },
): Telemetry {
  const options = processLogOptions(env, logLevel);
  const metricsAddress = env['SEGMENTS_METRICS_ADDRESS'] || undefined;
  if (metricsAddress !== undefined && !/^[^:\s]+:\d{1,5}$/.test(metricsAddress)) {
    throw new SegmentsError(
      'InvalidConfig',
      `SEGMENTS_METRICS_ADDRESS: found ${metricsAddress}; expected host:port`,
      { where: 'SEGMENTS_METRICS_ADDRESS', remedy: 'For example 0.0.0.0:9464, or 127.0.0.1:9464.' },
    );
  }
  return {
    log: createProcessLog(options),
    logLevel: options.level,
    metricsAddress,
    tracing: openTracing(env, version),
  };
}
