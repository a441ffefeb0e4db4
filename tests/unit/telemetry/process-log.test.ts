import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createProcessLog, processLogOptions } from '../../../infra/telemetry/process-log.js';
import { temporalLogger } from '../../../infra/telemetry/temporal-logger.js';

function logged(json: boolean, level: 'info' | 'warn' = 'info') {
  const stream = new PassThrough();
  const log = createProcessLog({ level, json, stream });
  return { log, text: () => (stream.read() as Buffer | null)?.toString() ?? '' };
}

test('piped, each line is one JSON object with level, time, message and the fields of its child', () => {
  const { log, text } = logged(true);
  log.child({ runId: 'r1', stage: 'ingest' }).info({ milliseconds: 12 }, 'stage done');
  const line = JSON.parse(text()) as Record<string, unknown>;
  expect(line).toMatchObject({
    level: 'info',
    msg: 'stage done',
    runId: 'r1',
    stage: 'ingest',
    milliseconds: 12,
  });
  expect(new Date(line['time'] as string).getTime()).not.toBeNaN();
});

test('on a terminal, each line is for people', () => {
  const { log, text } = logged(false);
  log.warn({ stage: 'ingest', code: 'SourceUnavailable' }, 'stage failed');
  expect(text()).toMatch(/^\d\d:\d\d:\d\d .*warn.* stage failed .*stage=ingest code=SourceUnavailable/);
});

test("the Temporal SDK's lines come out at their level, with bigints and errors readable", () => {
  const { log, text } = logged(true, 'warn');
  const sdk = temporalLogger(log);
  sdk.info('not this');
  sdk.warn('Activity failed', { attempt: 3n, error: new RangeError('too far') });
  expect(JSON.parse(text())).toMatchObject({
    level: 'warn',
    attempt: '3',
    error: { type: 'RangeError', message: 'too far' },
  });
});

test('what grants access does not reach the log', () => {
  const { log, text } = logged(true);
  log.info({ connection: { apiKey: 'secret-1' }, token: 'secret-2' }, 'connected');
  expect(text()).not.toContain('secret');
});

test('the environment sets level and format; an unknown level is not taken', () => {
  const options = (env: NodeJS.ProcessEnv) => {
    const { level, json } = processLogOptions(env, 'info');
    return { level, json };
  };
  expect(options({ SEGMENTS_LOG_LEVEL: 'DEBUG', SEGMENTS_LOG_FORMAT: 'text' })).toEqual({
    level: 'debug',
    json: false,
  });
  expect(options({ SEGMENTS_LOG_LEVEL: 'loud', SEGMENTS_LOG_FORMAT: 'json' })).toEqual({
    level: 'info',
    json: true,
  });
});
