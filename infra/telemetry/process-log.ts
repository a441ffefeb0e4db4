import { pino, type Logger as PinoLogger } from 'pino';
import pc from 'picocolors';
import { Writable } from 'node:stream';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface ProcessLogOptions {
  readonly level: LogLevel;
  /** One JSON object a line; otherwise a line for people. */
  readonly json: boolean;
  readonly stream: NodeJS.WritableStream;
}

/**
 * SEGMENTS_LOG_LEVEL over `fallback`; SEGMENTS_LOG_FORMAT (`json` or `text`), without it JSON where standard error is
 * piped and text on a terminal. Logs never go to standard output, which belongs to a command's answer.
 */
export function processLogOptions(env: NodeJS.ProcessEnv, fallback: LogLevel): ProcessLogOptions {
  const wished = env['SEGMENTS_LOG_LEVEL']?.toLowerCase();
  const format = env['SEGMENTS_LOG_FORMAT'];
  return {
    level: logLevels.find((level) => level === wished) ?? fallback,
    json: format === undefined || format === '' ? !process.stderr.isTTY : format === 'json',
    stream: process.stderr,
  };
}

/** The log of this process. */
export function createProcessLog({ level, json, stream }: ProcessLogOptions): PinoLogger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    // Never in a log, whoever passes them: what grants access.
    redact: [
      '*.authorization',
      '*.apiKey',
      '*.password',
      '*.token',
      'authorization',
      'apiKey',
      'password',
      'token',
    ],
  };
  return pino(options, json ? stream : textStream(stream));
}

const colours: Record<string, (text: string) => string> = {
  trace: pc.dim,
  debug: pc.dim,
  info: pc.cyan,
  warn: pc.yellow,
  error: pc.red,
};

/** Turns pino's JSON into `12:00:01 info  message  key=value …`. */
function textStream(stream: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n')) if (line !== '') stream.write(`${textLine(line)}\n`);
      done();
    },
  });
}

function textLine(line: string): string {
  const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const word = String(level);
  const fields = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const colour = colours[word] ?? ((text: string) => text);
  return [String(time).slice(11, 19), colour(word.padEnd(5)), String(msg), pc.dim(fields.join(' '))]
    .join(' ')
    .trimEnd();
}
