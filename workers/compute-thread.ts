import { type MessagePort } from 'node:worker_threads';
import { type ThreadMessage } from './compute-pool.js';
import { computeTasks, type ComputeTasks } from './compute-tasks.js';

/** Milliseconds between two progress messages: enough for a live display, no burden for the thread. */
const quietMilliseconds = 200;

interface Job {
  readonly name: keyof ComputeTasks;
  readonly input: never;
  readonly port: MessagePort;
}

/** Entry of every compute thread: runs the task named, posting progress and checkpoints through the job's port. */
export default async function runJob({ name, input, port }: Job): Promise<unknown> {
  let last = 0;
  const post = (message: ThreadMessage): void => port.postMessage(message);
  try {
    return await computeTasks[name](input, {
      onProgress(progress) {
        const now = performance.now();
        if (now - last < quietMilliseconds && progress.done !== progress.total) return;
        last = now;
        post({ progress });
      },
      onCheckpoint: (checkpoint) => post({ checkpoint }),
    });
  } finally {
    port.close();
  }
}
