import { startSegments } from './segments-command.js';
import { temporaryFolder } from './temp-folder.js';

export interface RunningWorker {
  stop(): Promise<void>;
}

/** A worker process of `address`, ready to work, in a folder of its own. */
export async function runningWorker(address: string): Promise<RunningWorker> {
  const folder = await temporaryFolder();
  const child = startSegments(['worker', '--json'], { cwd: folder.path, env: { TEMPORAL_ADDRESS: address } });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stderr!.resume();
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => chunk.toString().includes('"ready":true') && resolve());
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
  });
  return {
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await folder.remove();
    },
  };
}
