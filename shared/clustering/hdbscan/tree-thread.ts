import { parentPort, workerData } from 'node:worker_threads';
import { instantiateKernels } from './instantiate-kernels.js';
import { shareOfJob, type TreeJob, type TreeThreadData } from './tree-jobs.js';

const { module, memory, tree, workspace } = workerData as TreeThreadData;
const kernels = instantiateKernels(module, memory);
parentPort?.on('message', (job: TreeJob) => {
  const share = shareOfJob(job, kernels, memory, tree, workspace);
  while (share.next().done !== true);
  parentPort?.postMessage(null);
});
