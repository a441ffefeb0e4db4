import { bundleWorkflowCode } from '@temporalio/worker';
import { rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Bundles the compiled workflows once at build time: a worker that bundles them itself takes ten seconds longer
 * to start. Two bundles, written beside the compiled code: with tracing in the sandbox, and without what only tracing
 * needs. workers/workflow-code.ts picks one.
 */
const workflowsPath = fileURLToPath(new URL('../workflows/index.js', import.meta.url));
const tracing = createRequire(import.meta.url).resolve(
  '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors',
);
const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn: console.error, error: console.error };

async function bundle(name: string, workflowInterceptorModules: string[]): Promise<void> {
  const target = fileURLToPath(new URL(`../${name}`, import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger: quiet });
  await writeFile(`${target}.tmp`, code);
  await rename(`${target}.tmp`, target);
}

await bundle('workflow-bundle.js', []);
await bundle('workflow-bundle-traced.js', [tracing]);
