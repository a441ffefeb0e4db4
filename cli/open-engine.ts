import { type Client } from '@temporalio/client';
import { loadClientConfigProfile } from '@temporalio/envconfig';
import path from 'node:path';
import { installRuntime } from '../infra/telemetry/install-runtime.js';
import { openTelemetry, type Telemetry } from '../infra/telemetry/telemetry.js';
import { connectClient } from '../infra/temporal/connect.js';
import { type LocalServer, openLocalServer } from '../infra/temporal/local-server.js';
import { SegmentsError } from '../shared/errors.js';
import { type Engine } from '../workers/engine.js';
import { createInProcessEngine } from '../workers/in-process.js';
import { createTemporalEngine } from '../workers/temporal-engine.js';
import { startWorkers } from '../workers/temporal-workers.js';
import { type ProcessDependencies } from './process-dependencies.js';

export type EngineChoice = 'auto' | 'temporal' | 'in-process';

/** The folder that holds what one checkout or one user's folder keeps between commands. */
export const stateFolder = (): string => path.resolve('.segments');

/** True where the user named a server: by TEMPORAL_ADDRESS, or in a profile. */
export function serverIsNamed(): boolean {
  return loadClientConfigProfile().address !== undefined;
}

export interface EngineOptions {
  readonly choice: EngineChoice;
  readonly deps: ProcessDependencies;
  readonly env: NodeJS.ProcessEnv;
  readonly note: (text: string) => void;
  /** True: the dev server may serve other commands as long as this one lasts. */
  readonly shared?: boolean;
}

export interface OpenedEngine extends Engine {
  /** Base address of the Temporal UI, where it is known. */
  readonly ui: string | undefined;
  readonly address: string | undefined;
  /** Whether workflows go on when this process ends. */
  readonly outlives: boolean;
}

/**
 * An engine with workers of this process behind it: the named server, else a local dev server, else (for
 * `auto`) this process alone, said in one line.
 * @throws SegmentsError EngineUnavailable
 */
export async function openEngine(options: EngineOptions): Promise<OpenedEngine> {
  const { choice, deps, env, note } = options;
  if (choice === 'in-process') return inProcess(deps);
  // Standard error is a person's here: nothing but errors, unless asked for.
  const telemetry = openTelemetry(env, { logLevel: 'error', version: deps.codeVersion });
  if (serverIsNamed()) return await onServer(undefined, env['SEGMENTS_TEMPORAL_UI'], deps, telemetry);
  let server: LocalServer;
  try {
    server = await openLocalServer({
      folder: stateFolder(),
      shared: options.shared ?? false,
      env,
      say: note,
    });
  } catch (error) {
    await telemetry.tracing?.close();
    if (choice === 'temporal' || !(error instanceof SegmentsError) || error.code !== 'EngineUnavailable')
      throw error;
    note(`No Temporal server can be had (${error.message}); running in this process, without history or UI.`);
    return inProcess(deps);
  }
  return await onServer(server, server.ui, deps, telemetry);
}

function inProcess(deps: ProcessDependencies): OpenedEngine {
  return { ...createInProcessEngine(deps), ui: undefined, address: undefined, outlives: false };
}

async function onServer(
  server: LocalServer | undefined,
  ui: string | undefined,
  deps: ProcessDependencies,
  telemetry: Telemetry,
): Promise<OpenedEngine> {
  let client: Client | undefined;
  try {
    const opened = (client = await connectClient(server, telemetry.tracing));
    // Not before a server is there: a runtime without workers would keep the process from ending.
    installRuntime(telemetry);
    const workers = await startWorkers(server, deps, { telemetry });
    const engine = createTemporalEngine(opened, ui, async () => {
      await workers.stop();
      await opened.connection.close();
      await server?.release();
      await telemetry.tracing?.close();
    });
    return { ...engine, ui, address: server?.address, outlives: server?.staysUp ?? true };
  } catch (error) {
    await client?.connection.close();
    await server?.release();
    await telemetry.tracing?.close();
    throw error;
  }
}
