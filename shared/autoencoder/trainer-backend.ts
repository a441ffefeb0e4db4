import { type AutoencoderBackend } from '../contracts/config.js';
import { type Matrix } from '../numeric/matrix.js';
import { type OptimiserState } from './adam.js';
import { type AutoencoderShape } from './architecture.js';

/** Rows to learn from, row-major in the first rows × d numbers of each; the buffers are reused by the next batch. */
export interface Batch {
  readonly rows: number;
  /** With noise: what goes in. */
  readonly noisy: Float64Array;
  /** Without: what should come out. */
  readonly clean: Float64Array;
}

export interface TrainerOptions {
  readonly shape: AutoencoderShape;
  readonly learningRate: number;
  /** Rows of the largest batch. */
  readonly batchSize: number;
}

/**
 * Does the arithmetic of training, and nothing else: batches, noise, initial weights and early stopping are the
 * same for every backend. State goes in and comes out of each epoch whole, so that a resumed training equals
 * an undisturbed one.
 */
export interface Trainer {
  /** One Adam update for each batch. The loss is the rows' mean squared error, each before its update. */
  trainEpoch(
    state: OptimiserState,
    batches: Iterable<Batch>,
  ): Promise<{ readonly state: OptimiserState; readonly loss: number }>;
  /** Mean squared error of reconstructing `input` as it is. */
  evaluate(parameters: Float64Array, input: Matrix): Promise<number>;
  /** Frees what the trainer holds. */
  dispose(): void;
}

export interface TrainerBackend {
  readonly name: AutoencoderBackend;
  /** Throws BackendUnavailable where the backend is not installed. */
  createTrainer(options: TrainerOptions): Promise<Trainer>;
}
