import { type WorkflowType } from '../workers/engine.js';
import { type SegmentsAnswer } from '../shared/contracts/rescore-summary.js';
import { follow } from './follow.js';
import { openEngine, type OpenedEngine } from './open-engine.js';
import { type Output } from './output.js';
import { processDependencies } from './process-dependencies.js';
import { type Settings } from './settings.js';

type Where = Pick<Settings, 'engine' | 'artifacts'>;

/** Opens an engine, runs one workflow to its end with progress shown, and closes the engine. Gives the result. */
export function execute(
  type: WorkflowType,
  workflowId: string,
  input: unknown,
  where: Where,
  output: Output,
): Promise<unknown> {
  return withEngine(where, output, async (engine) => {
    const execution = await engine.start(type, workflowId, input);
    if (execution.ui !== undefined) output.note(`${workflowId}: ${execution.ui}`);
    return await follow(execution, output);
  });
}

/** Opens an engine, asks for the segments of a handful of retailers, and closes the engine. */
export function askSegments(
  workflowId: string,
  input: unknown,
  where: Where,
  output: Output,
): Promise<SegmentsAnswer> {
  return withEngine(where, output, (engine) => engine.askSegments(workflowId, input));
}

async function withEngine<T>(
  { engine: choice, artifacts }: Where,
  output: Output,
  work: (engine: OpenedEngine) => Promise<T>,
): Promise<T> {
  const deps = processDependencies(process.env, artifacts);
  let engine: OpenedEngine | undefined;
  try {
    engine = await openEngine({ choice, deps, env: process.env, note: output.note });
    return await work(engine);
  } finally {
    await engine?.close();
    await deps.close();
  }
}
