import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { SegmentsError } from '../../shared/errors.js';
import { temporalConfig } from '../../temporal.config.js';
import { type Tracing } from '../telemetry/tracing.js';
import { dataConverter } from './data-converter.js';

/** Where the server is, when this process started it itself; otherwise the profile says. */
export interface ServerAddress {
  readonly address: string;
}

/**
 * Options of a connection: the profile of @temporalio/envconfig (TEMPORAL_PROFILE, TEMPORAL_ADDRESS,
 * TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS… or its TOML file), or a server that we started.
 */
function connectionOptions(server: ServerAddress | undefined) {
  if (server !== undefined) {
    return {
      connectionOptions: { address: server.address },
      namespace: temporalConfig.connection.defaultNamespace,
    };
  }
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return { connectionOptions, namespace: namespace ?? temporalConfig.connection.defaultNamespace };
}

function unreachable(address: string | undefined, error: unknown): SegmentsError {
  const reason = error instanceof Error ? error.message : String(error);
  return new SegmentsError(
    'EngineUnavailable',
    `Temporal at ${address ?? 'the default address'} does not answer: ${reason}`,
    {
      where: 'TEMPORAL_ADDRESS or the profile in TEMPORAL_PROFILE',
      remedy:
        'Check address, namespace, TLS and API key of the profile; unset them to use a dev server of our own.',
      cause: error,
    },
  );
}

/** A client, connected. @throws SegmentsError EngineUnavailable */
export async function connectClient(server: ServerAddress | undefined, tracing?: Tracing): Promise<Client> {
  const { connectionOptions: options, namespace } = connectionOptions(server);
  try {
    const connection = await Connection.connect({
      ...(options as Parameters<typeof Connection.connect>[0]),
      connectTimeout: temporalConfig.connection.connectTimeout,
    });
    return new Client({
      connection,
      namespace,
      dataConverter: dataConverter(process.env),
      ...(tracing === undefined ? {} : { interceptors: { workflow: [tracing.client] } }),
    });
  } catch (error) {
    throw unreachable(options.address, error);
  }
}

/** The connection and namespace that workers need. @throws SegmentsError EngineUnavailable */
export async function connectWorker(
  server: ServerAddress | undefined,
): Promise<{ connection: NativeConnection; namespace: string }> {
  const { connectionOptions: options, namespace } = connectionOptions(server);
  try {
    return { connection: await NativeConnection.connect(options), namespace };
  } catch (error) {
    throw unreachable(options.address, error);
  }
}
