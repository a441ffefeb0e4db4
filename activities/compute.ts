import { type OnProgress } from '../shared/progress.js';
import { type ComputeTasks } from '../workers/compute-tasks.js';

type TaskName = keyof ComputeTasks;
type TaskInput<N extends TaskName> = Parameters<ComputeTasks[N]>[0];
type TaskOutput<N extends TaskName> = Awaited<ReturnType<ComputeTasks[N]>>;

export interface ComputeOptions {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Called with what the task keeps for a later attempt. */
  readonly onCheckpoint?: (bytes: Uint8Array) => void;
}

/**
 * Runs CPU-bound work away from the worker's event loop, which must stay free to send heartbeats. An abort ends
 * the computation at once, wherever it is.
 */
export interface Compute {
  run<N extends TaskName>(name: N, input: TaskInput<N>, options: ComputeOptions): Promise<TaskOutput<N>>;
}
