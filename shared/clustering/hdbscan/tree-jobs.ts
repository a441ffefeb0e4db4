import { type Kernels } from './kernels.js';

/** What the threads of a fit share: addresses into the shared memory. */
export interface SharedTree {
  readonly contextAddress: number;
  /** i32[2]: the next block to take, and whether all should stop. */
  readonly counters: number;
}

/** What a helper thread of a fit is started with. */
export interface TreeThreadData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly tree: SharedTree;
  readonly workspace: number;
}

/** Work that any number of threads do together; blocks are taken in turn, and no result depends on who took one. */
export type TreeJob =
  | { readonly kind: 'neighbours'; readonly leaves: number }
  | { readonly kind: 'ask'; readonly stripes: number; readonly pointsPerStripe: number };

/** Leaves, and points, of one step: well under 0.1 s even where every point has to look at all others. */
export const leavesPerBlock = 4;
const pointsPerStep = 64;

/** One thread's share of a job; yields between steps, when it may be stopped. */
export function* shareOfJob(
  job: TreeJob,
  kernels: Kernels,
  memory: WebAssembly.Memory,
  tree: SharedTree,
  workspace: number,
): Generator<void, void, void> {
  const counters = new Int32Array(memory.buffer, tree.counters, 2);
  const stopped = () => Atomics.load(counters, 1) !== 0;
  const takeBlock = () => Atomics.add(counters, 0, 1);
  if (job.kind === 'neighbours') {
    for (;;) {
      const from = takeBlock() * leavesPerBlock;
      if (from >= job.leaves || stopped()) return;
      kernels.findNeighbours(
        tree.contextAddress,
        workspace,
        from,
        Math.min(from + leavesPerBlock, job.leaves),
      );
      yield;
    }
  }
  for (;;) {
    const stripe = takeBlock();
    if (stripe >= job.stripes) return;
    for (let from = 0; from < job.pointsPerStripe; from += pointsPerStep) {
      if (stopped()) return;
      kernels.ask(
        tree.contextAddress,
        workspace,
        stripe,
        from,
        Math.min(from + pointsPerStep, job.pointsPerStripe),
      );
      yield;
    }
  }
}
