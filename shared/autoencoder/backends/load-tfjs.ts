import { createRequire } from 'node:module';
import type * as util from 'node:util';
import type * as TfCore from '@tensorflow/tfjs-core';
import type * as TfLayers from '@tensorflow/tfjs-layers';
import { type AutoencoderBackend } from '../../contracts/config.js';
import { SegmentsError } from '../../errors.js';

export type TfjsBackendName = Exclude<AutoencoderBackend, 'typed-array'>;

/** TensorFlow.js with the wanted backend switched on. */
export interface Tfjs {
  readonly core: typeof TfCore;
  readonly layers: typeof TfLayers;
}

/** What TensorFlow.js itself calls the backend. */
const registeredName = { 'tfjs-cpu': 'cpu', 'tfjs-wasm': 'wasm', 'tfjs-node': 'tensorflow' } as const;

function unavailable(name: TfjsBackendName, found: string, cause?: unknown): SegmentsError {
  return new SegmentsError('BackendUnavailable', `autoencoder.backend is ${name}, but ${found}`, {
    where: 'autoencoder.backend',
    remedy:
      name === 'tfjs-node'
        ? 'Run infra/tfjs-node/build.sh once, which builds the native binding, or choose typed-array.'
        : 'Run npm ci, or choose typed-array.',
    cause,
  });
}

/**
 * tfjs-node 4.22 calls two functions that Node 23 took out of node:util. They are put back where they are
 * missing, on the CommonJS object that tfjs-node sees.
 */
function restoreUtilFunctions(): void {
  const legacy = createRequire(import.meta.url)('node:util') as typeof util & {
    isNullOrUndefined?: (value: unknown) => boolean;
    isArray?: (value: unknown) => boolean;
  };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  legacy.isArray ??= Array.isArray;
}

async function register(name: TfjsBackendName): Promise<void> {
  switch (name) {
    case 'tfjs-cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      return;
    case 'tfjs-wasm':
      await import('@tensorflow/tfjs-backend-wasm');
      return;
    case 'tfjs-node': {
      restoreUtilFunctions();
      // Not a literal: the package is optional, and the compiler must not ask for its types.
      const optional: string = '@tensorflow/tfjs-node';
      await import(optional);
    }
  }
}

/**
 * Loads TensorFlow.js and makes `name` its backend, in this thread: TensorFlow.js has one current backend a
 * thread, so one training at a time. Throws BackendUnavailable where it is not installed or does not start.
 */
export async function loadTfjs(name: TfjsBackendName): Promise<Tfjs> {
  const core = await import('@tensorflow/tfjs-core');
  // Spares the advice to install another backend, and checks meant for development.
  core.enableProdMode();
  try {
    await register(name);
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0]!;
    throw unavailable(name, `it cannot be loaded: ${reason}`, cause);
  }
  const wanted = registeredName[name];
  if (core.findBackendFactory(wanted) === null) {
    throw unavailable(
      name,
      `it did not register itself as "${wanted}" with @tensorflow/tfjs-core ${core.version_core}`,
    );
  }
  if (!(await core.setBackend(wanted))) throw unavailable(name, `"${wanted}" does not start on this machine`);
  return { core, layers: await import('@tensorflow/tfjs-layers') };
}
