import { setImmediate as nextTurn } from 'node:timers/promises';

/** Computation goes on for so long, in milliseconds, before it lets messages (a cancellation) in. */
const turn = 50;

/** Shares a thread between a long computation and its event loop. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  get due(): boolean {
    return performance.now() - this.#last > turn;
  }

  /** Lets messages in. @throws the signal's reason when it has aborted. */
  async pause(): Promise<void> {
    await nextTurn();
    this.#last = performance.now();
    this.#signal?.throwIfAborted();
  }

  /** Runs steps to their end, pausing between them when due, and after the last. Gives what they return. */
  async through<Result>(steps: Generator<void, Result, void>): Promise<Result> {
    for (;;) {
      const { done, value } = steps.next();
      if (done) {
        await this.pause();
        return value;
      }
      if (this.due) await this.pause();
    }
  }
}

/** Runs steps to their end at once. */
export function atOnce<Result>(steps: Generator<void, Result, void>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
