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
 * MLFLOW_TRACKING_URI. @throws SegmentsError InvalidInput
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
  const token = env['MLFLOW_TRACKING_TOKEN'];
  if (token) return { url, authorization: `Bearer ${token}` };
  const named = {
    user: env['MLFLOW_TRACKING_USERNAME'] || (user && decodeURIComponent(user)),
    password: env['MLFLOW_TRACKING_PASSWORD'] || (password && decodeURIComponent(password)),
  };
  // Credentials in the environment's address belong to that server, not to one that an input names.
  const own = tracking.url === undefined || env['MLFLOW_TRACKING_USERNAME'] !== undefined;
  if (!own || !named.user || !named.password) return { url, authorization: undefined };
  return { url, authorization: `Basic ${Buffer.from(`${named.user}:${named.password}`).toString('base64')}` };
}
