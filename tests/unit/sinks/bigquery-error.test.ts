import { describe, expect, test } from 'vitest';
import { bigQueryError } from '../../../shared/sinks/bigquery-error.js';

const failure = (code: number | string | undefined, message: string, reason?: string): Error =>
  Object.assign(new Error(message), { code, ...(reason === undefined ? {} : { errors: [{ reason }] }) });

describe("what BigQuery's client throws", () => {
  // The emulator refuses nobody, so these are the answers of the API's documentation.
  test.each([
    [failure(403, 'Access Denied', 'accessDenied'), 'CredentialsRefused'],
    [failure(401, 'Invalid Credentials', 'authError'), 'CredentialsRefused'],
    [failure(undefined, 'Could not load the default credentials.'), 'CredentialsRefused'],
    [failure(403, 'Exceeded rate limits', 'rateLimitExceeded'), 'SinkUnavailable'],
    [failure(403, 'Quota exceeded', 'quotaExceeded'), 'SinkUnavailable'],
    [failure(503, 'Backend', 'backendError'), 'SinkUnavailable'],
    [failure('ECONNREFUSED', 'connect ECONNREFUSED'), 'SinkUnavailable'],
    [failure(404, 'Not found: Dataset', 'notFound'), 'SinkRefused'],
    [failure(400, 'No such field', 'invalid'), 'SinkRefused'],
  ])('%s becomes %s', (thrown, code) => {
    expect(bigQueryError(thrown, 'bigquery d.segments_history')).toMatchObject({ code });
  });

  test('a defect of ours stays one', () => {
    const defect = new TypeError('x is not a function');
    expect(bigQueryError(defect, 'here')).toBe(defect);
  });
});
