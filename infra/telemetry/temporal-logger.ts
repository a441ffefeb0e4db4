import { type Logger as TemporalLogger, type LogLevel, type LogMetadata } from '@temporalio/worker';
import { type Logger as PinoLogger } from 'pino';

const levels: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** JSON has neither bigints nor errors, and the SDK's metadata has both. */
function plain(meta: LogMetadata | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta ?? {}).map(([key, value]) => {
      if (typeof value === 'bigint') return [key, String(value)];
      if (value instanceof Error)
        return [key, { type: value.name, message: value.message, stack: value.stack }];
      return [key, value as unknown];
    }),
  );
}

/** The Temporal SDK's own logs, and those of its Rust core, through the log of this process. */
export function temporalLogger(log: PinoLogger): TemporalLogger {
  const write = (level: LogLevel, message: string, meta?: LogMetadata): void =>
    log[levels[level]](plain(meta), message);
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
