import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { type Compute } from '../activities/compute.js';
import { type Progress } from '../shared/progress.js';
import { compiled } from './compiled.js';

/** What a compute thread posts back while it works. */
export type ThreadMessage = { readonly progress: Progress } | { readonly checkpoint: Uint8Array };

export interface ComputePool extends Compute {
  close(): Promise<void>;
}

/** A pool of `threads` threads, started when first needed. */
export function createComputePool(threads: number): ComputePool {
  const pool = new Piscina({
    filename: fileURLToPath(compiled(new URL('./compute-thread.js', import.meta.url))),
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 10_000,
    // Each task may hold a whole month's matrices: none waits inside the pool longer than it must.
    concurrentTasksPerWorker: 1,
  });
  return {
    async run(name, input, { signal, onProgress, onCheckpoint }) {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (message: ThreadMessage) => {
        if ('progress' in message) onProgress(message.progress);
        else onCheckpoint?.(message.checkpoint);
      });
      try {
        return (await pool.run({ name, input, port: port2 }, { signal, transferList: [port2] })) as never;
      } finally {
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}
