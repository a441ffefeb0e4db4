import { describe, expect, test } from 'vitest';
import { type Tracking } from '../../../shared/contracts/sink.js';
import { trackingServer } from '../../../shared/tracking/mlflow/tracking-server.js';

const tracking: Tracking = { kind: 'mlflow', experiment: 'e', model: 'm' };
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the tracking server', () => {
  test('comes from MLFLOW_TRACKING_URI, whose user and password become a header and no part of the address', () => {
    expect(trackingServer(tracking, { MLFLOW_TRACKING_URI: 'https://me:p%40ss@host:5000/base' })).toEqual({
      url: 'https://host:5000/base',
      authorization: basic('me:p@ss'),
    });
  });

  test('a token wins over a user; a user in variables of its own over one in the address', () => {
    const env = {
      MLFLOW_TRACKING_URI: 'https://me:old@host',
      MLFLOW_TRACKING_USERNAME: 'you',
      MLFLOW_TRACKING_PASSWORD: 'new',
    };
    expect(trackingServer(tracking, env).authorization).toBe(basic('you:new'));
    expect(trackingServer(tracking, { ...env, MLFLOW_TRACKING_TOKEN: 't' }).authorization).toBe('Bearer t');
  });

  test('named by the input gets no credentials, unless it is the very one of the environment', () => {
    const env = { MLFLOW_TRACKING_URI: 'https://me:p@host/', MLFLOW_TRACKING_TOKEN: 't' };
    const named = (url: string) => trackingServer({ ...tracking, url }, env).authorization;
    expect(named('https://other')).toBeUndefined();
    expect(named('https://host.evil')).toBeUndefined();
    expect(named('https://host')).toBe('Bearer t');
    expect(
      trackingServer({ ...tracking, url: 'https://other' }, { MLFLOW_TRACKING_TOKEN: 't' }).authorization,
    ).toBe(undefined);
  });

  test('that nobody named is an error that repeats no password', () => {
    expect(() => trackingServer(tracking, {})).toThrow('MLFLOW_TRACKING_URI');
    const wrong = { MLFLOW_TRACKING_URI: 'ftp://me:hidden@host' };
    expect(() => trackingServer(tracking, wrong)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hidden') as string }) as Error,
    );
  });
});
