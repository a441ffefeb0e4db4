import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const built = pathToFileURL(path.join(root, 'dist/shared/artifacts/open-store.js')).href;

export interface StoreChild {
  send(message: unknown): void;
  /** The next line that it prints. */
  line(): Promise<string>;
  kill(): Promise<void>;
}

/** Starts a process on the built store; resolves once it has loaded. */
export async function startStoreChild(
  uri: string,
  parts: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<StoreChild> {
  const script = path.join(root, 'tests/support/store-child.mjs');
  const child = spawn(process.execPath, [script, built, uri, ...parts], {
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = (await lines.next()) as { value?: string; done?: boolean };
    if (done === true || value === undefined) throw new Error(`the child ended with ${child.exitCode}`);
    return value;
  };
  await line();
  return {
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    line,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
