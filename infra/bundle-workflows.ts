import { bundleWorkflowCode } from '@temporalio/worker';
import { rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * Bundles the compiled workflows once at build time: a worker that bundles them itself takes ten seconds longer
 * to start. Written beside the compiled code; workers/workflow-bundle.ts names the place.
 */
const workflowsPath = fileURLToPath(new URL('../workflows/index.js', import.meta.url));
const target = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn: console.error, error: console.error };
const { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
await writeFile(`${target}.tmp`, code);
await rename(`${target}.tmp`, target);
