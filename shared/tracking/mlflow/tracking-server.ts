import { httpAddressSchema, type Tracking } from '../../contracts/sink.js';
import { validate } from '../../contracts/validate.js';

export interface TrackingServer {
  /** Address without user and password. */
  readonly url: string;
  /** Value of the Authorization header; undefined for a server that asks for none. */
  readonly authorization: string | undefined;
}

/**
 * The tracking server: `tracking.url`, else MLFLOW_TRACKING_URI, signed in as MLflow's own clients do it, by
 * MLFLOW_TRACKING_TOKEN, by MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or by what stands in
 * MLFLOW_TRACKING_URI; but only at the server that MLFLOW_TRACKING_URI names. @throws SegmentsError InvalidInput
 */
export function trackingServer(
  tracking: Tracking,
  env: Readonly<Record<string, string | undefined>>,
): TrackingServer {
  const [, scheme, user, password, rest] =
    /^(https?:\/\/)([^/?#@:]*):?([^/?#@]*)@(.*)$/.exec(env['MLFLOW_TRACKING_URI'] ?? '') ?? [];
  const fromEnvironment = scheme === undefined ? env['MLFLOW_TRACKING_URI'] : `${scheme}${rest ?? ''}`;
  const url = validate(httpAddressSchema, tracking.url ?? fromEnvironment, {
    code: 'InvalidInput',
    where: 'tracking.url or MLFLOW_TRACKING_URI',
    remedy: 'Give the http or https address of an MLflow server.',
  });
  // Whoever may name a server in an input may not learn the credentials of the worker by it.
  const own =
    fromEnvironment !== undefined && url.replace(/\/+$/, '') === fromEnvironment.replace(/\/+$/, '');
  if (!own) return { url, authorization: undefined };
  const token = env['MLFLOW_TRACKING_TOKEN'];
  if (token) return { url, authorization: `Bearer ${token}` };
  const name = env['MLFLOW_TRACKING_USERNAME'] || decodeURIComponent(user ?? '');
  const secret = env['MLFLOW_TRACKING_PASSWORD'] || decodeURIComponent(password ?? '');
  if (name === '' || secret === '') return { url, authorization: undefined };
  return { url, authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` };
}
