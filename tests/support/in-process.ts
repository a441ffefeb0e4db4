import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { openStore } from '../../shared/artifacts/open-store.js';
import { createComputePool } from '../../workers/compute-pool.js';
import { type Engine } from '../../workers/engine.js';
import { createInProcessEngine } from '../../workers/in-process.js';

/** The product in this process, over a store in `folder`, until the test ends. Its threads run the compiled code. */
export function inProcessEngine(folder: string): { engine: Engine; artifacts: string } {
  const artifacts = pathToFileURL(path.join(folder, 'store')).href;
  const compute = createComputePool(2);
  onTestFinished(() => compute.close());
  const engine = createInProcessEngine({
    openStore,
    defaultStore: artifacts,
    compute,
    scratchRoot: path.join(folder, 'scratch'),
    duckDb: { memoryLimit: '500MB', threads: 2 },
    env: {},
    codeVersion: 'test',
  });
  return { engine, artifacts };
}
