import { Worker } from 'node:worker_threads';
import { shareOfJob, type TreeJob, type TreeThreadData } from './tree-jobs.js';
import { kernelModule } from './kernel-module.js';
import { type PointTree } from './point-tree.js';
import { type Turns } from './turns.js';

/** The threads of one fit: this one, and helpers that are started when first needed. */
export class TreeTeam {
  readonly #tree: PointTree;
  readonly #turns: Turns;
  #helpers: Worker[] = [];

  constructor(tree: PointTree, turns: Turns) {
    this.#tree = tree;
    this.#turns = turns;
  }

  /**
   * Does a job to its end. @param onStep is called now and then with the blocks taken so far.
   * @throws the signal's reason when it aborts; what helper threads throw.
   */
  async run(job: TreeJob, onStep: (blocks: number) => void): Promise<void> {
    const { kernels, memory, workspaces } = this.#tree;
    const counters = new Int32Array(memory.buffer, this.#tree.counters, 2);
    Atomics.store(counters, 0, 0);
    this.#start();
    const helpers = Promise.all(this.#helpers.map((helper) => answer(helper, job)));
    // Also where this thread stops first: the failure is the one thrown here.
    helpers.catch(() => undefined);
    const share = shareOfJob(job, kernels, memory, this.#tree, workspaces[0]!);
    while (share.next().done !== true) {
      if (this.#turns.due) {
        onStep(Atomics.load(counters, 0));
        await this.#turns.pause();
      }
    }
    await helpers;
    await this.#turns.pause();
  }

  /** Ends the helper threads, wherever they are. */
  async dismiss(): Promise<void> {
    Atomics.store(new Int32Array(this.#tree.memory.buffer, this.#tree.counters, 2), 1, 1);
    await Promise.all(this.#helpers.map((helper) => helper.terminate()));
  }

  #start(): void {
    if (this.#helpers.length > 0) return;
    const { memory, contextAddress, counters, workspaces } = this.#tree;
    this.#helpers = workspaces.slice(1).map((workspace) => {
      const workerData: TreeThreadData = {
        module: kernelModule,
        memory,
        tree: { contextAddress, counters },
        workspace,
      };
      return new Worker(threadEntry(), { workerData });
    });
  }
}

function answer(helper: Worker, job: TreeJob): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      helper.off('message', done);
      reject(error);
    };
    const done = () => {
      helper.off('error', failed);
      resolve();
    };
    helper.once('message', done);
    helper.once('error', failed);
    helper.postMessage(job);
  });
}

/** Threads need JavaScript: where TypeScript sources are run directly, the compiled twin under dist/ is taken. */
function threadEntry(): URL {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) return new URL('./tree-thread.js', here);
  const root = new URL('../../../', here);
  return new URL(`dist/${here.slice(root.href.length).replace(/[^/]*$/, 'tree-thread.js')}`, root);
}
