import { SegmentsError } from '../../errors.js';
import { type TrackingServer } from './tracking-server.js';

const answerMilliseconds = 60_000;

export type MlflowObject = Readonly<Record<string, unknown>>;

/** The few calls of MLflow's REST API that this product makes. Every call may be repeated. */
export interface MlflowClient {
  /** Base address, without a trailing slash. */
  readonly url: string;
  /** @throws SegmentsError SinkUnavailable, SinkRefused, CredentialsRefused */
  get<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T>;
  post<T>(path: string, body: MlflowObject): Promise<T>;
  /** The same as `get` and `post`, but undefined where MLflow answers with `code`. */
  getUnless<T>(
    code: string,
    path: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<T | undefined>;
  postUnless<T>(code: string, path: string, body: MlflowObject): Promise<T | undefined>;
  /** Uploads through the server's artifact proxy. */
  putArtifact(path: string, bytes: Uint8Array, mediaType: string): Promise<void>;
}

/** A client of a tracking server, for as long as `signal` is not aborted. */
export function createMlflowClient(
  { url, authorization }: TrackingServer,
  signal: AbortSignal,
): MlflowClient {
  const base = url.replace(/\/+$/, '');
  const request = async (path: string, init: RequestInit): Promise<Response> => {
    const where = `${base}${path}`;
    return await fetch(where, {
      ...init,
      headers: { ...init.headers, ...(authorization === undefined ? {} : { authorization }) },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMilliseconds)]),
    }).catch((error: unknown) => {
      if (signal.aborted) throw signal.reason;
      const cause = (error as Error).cause ?? error;
      throw unavailable(where, `no answer (${(cause as Error).message})`, error);
    });
  };
  const answered = async <T>(path: string, init: RequestInit, unless?: string): Promise<T | undefined> => {
    const answer = await request(`/api/2.0/mlflow/${path}`, init);
    const text = await answer.text();
    if (answer.ok) return parse<T>(text, `${base}/api/2.0/mlflow/${path}`);
    const said = errorOf(text);
    if (unless !== undefined && said.code === unless) return undefined;
    throw refusal(answer.status, said, `${base}/api/2.0/mlflow/${path.replace(/\?.*$/, '')}`);
  };
  const query = (path: string, parameters: Readonly<Record<string, string>>): string =>
    `${path}?${new URLSearchParams(parameters).toString()}`;
  const posting = (body: MlflowObject): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

  return {
    url: base,
    get: async <T>(path: string, parameters: Readonly<Record<string, string>>) =>
      (await answered<T>(query(path, parameters), {}))!,
    post: async <T>(path: string, body: MlflowObject) => (await answered<T>(path, posting(body)))!,
    getUnless: (code, path, parameters) => answered(query(path, parameters), {}, code),
    postUnless: (code, path, body) => answered(path, posting(body), code),
    async putArtifact(path, bytes, mediaType) {
      const target = `/api/2.0/mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;
      const answer = await request(target, {
        method: 'PUT',
        headers: { 'content-type': mediaType },
        body: bytes,
      });
      const text = await answer.text();
      if (!answer.ok) throw refusal(answer.status, errorOf(text), `${base}${target}`);
    },
  };
}

function parse<T>(text: string, where: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw refusal(200, { code: '', message: 'answered with something else than JSON' }, where);
  }
}

interface MlflowError {
  readonly code: string;
  readonly message: string;
}

function errorOf(text: string): MlflowError {
  try {
    const { error_code: code = '', message = '' } = JSON.parse(text) as {
      error_code?: string;
      message?: string;
    };
    return { code, message: message.slice(0, 500) };
  } catch {
    return { code: '', message: text.slice(0, 200) };
  }
}

function unavailable(where: string, said: string, cause?: unknown): SegmentsError {
  return new SegmentsError('SinkUnavailable', `MLflow at ${where}: ${said}`, {
    where,
    remedy: 'It is retried; what is missed then, segments runs sync-mlflow makes up once the server is back.',
    cause,
  });
}

function refusal(status: number, { code, message }: MlflowError, where: string): SegmentsError {
  const said = `HTTP ${status}${code === '' ? '' : ` ${code}`}: ${message}`;
  if (status === 408 || status === 429 || status >= 500) return unavailable(where, said);
  const text = `MLflow at ${where}: ${said}`;
  if (status === 401 || status === 403) {
    const remedy =
      'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD; a server that names the Host header wants --allowed-hosts.';
    return new SegmentsError('CredentialsRefused', text, { where, remedy });
  }
  const remedy =
    'See that MLFLOW_TRACKING_URI is the address of an MLflow server (2.9 or later) and what it says.';
  return new SegmentsError('SinkRefused', text, { where, remedy });
}
