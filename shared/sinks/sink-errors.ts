import { SegmentsError } from '../errors.js';

const retried = 'The delivery is retried; look after the system if it stays so.';

/** The system does not answer, or answers that it cannot now. */
export function sinkUnavailable(where: string, said: string, cause?: unknown): SegmentsError {
  return new SegmentsError('SinkUnavailable', `${where}: ${said}`, { where, remedy: retried, cause });
}

/** The system answers that it will not. */
export function sinkRefused(where: string, said: string, remedy: string, cause?: unknown): SegmentsError {
  return new SegmentsError('SinkRefused', `${where}: ${said}`, { where, remedy, cause });
}

/** The table that is there has other columns: it is somebody else's, or was altered. @throws SegmentsError SinkRefused with all problems */
export function refuseTable(where: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw sinkRefused(
    where,
    problems.join(' | '),
    'Alter the table back, rename it out of the way, or give the sink another prefix.',
  );
}

export function sinkCredentialsRefused(
  where: string,
  said: string,
  remedy: string,
  cause?: unknown,
): SegmentsError {
  return new SegmentsError('CredentialsRefused', `${where}: ${said}`, { where, remedy, cause });
}

/** An environment variable that a sink cannot do without. @throws SegmentsError CredentialsRefused */
export function requireSecret(env: NodeJS.ProcessEnv, name: string, where: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw sinkCredentialsRefused(
    where,
    `${name} is not set in the environment of the worker`,
    `Set ${name} for the worker; secrets are never part of an input.`,
  );
}
