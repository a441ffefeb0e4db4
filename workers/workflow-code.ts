import { type WorkerOptions } from '@temporalio/worker';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SegmentsError } from '../shared/errors.js';
import { compiled } from './compiled.js';

/** The workflows bundled at build time (infra/bundle-workflows.ts). @throws SegmentsError Internal where they are not */
export function workflowCode(traced: boolean): Pick<WorkerOptions, 'workflowBundle'> {
  const name = traced ? '../workflow-bundle-traced.js' : '../workflow-bundle.js';
  const codePath = fileURLToPath(compiled(new URL(name, import.meta.url)));
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  throw new SegmentsError('Internal', `found no ${codePath}; expected the bundled workflows`, {
    where: codePath,
    remedy: 'npm run build makes it.',
  });
}
