import { type Execution, type WorkflowType } from '../workers/engine.js';
import { type SegmentsAnswer } from '../shared/contracts/rescore-summary.js';
import { follow, type FollowOptions } from './follow.js';
import { openEngine, type OpenedEngine } from './open-engine.js';
import { type Output } from './output.js';
import { processDependencies } from './process-dependencies.js';
import { type Settings } from './settings.js';

export interface Where extends Pick<Settings, 'engine' | 'artifacts'> {
  /** What Ctrl-C does, as FollowOptions has it. */
  readonly onInterrupt?: FollowOptions['onInterrupt'];
}

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
    return await followed(engine, execution, where, output);
  });
}

/**
 * The same for a workflow that runs already, with this process's workers helping on it.
 * @throws SegmentsError EngineUnavailable, WorkflowNotFound; Interrupted
 */
export function comeBack(workflowId: string, where: Where, output: Output): Promise<FollowedWorkflow> {
  return withEngine(where, output, async (engine) => {
    const { type, execution } = await engine.attach(workflowId);
    return { type, result: await followed(engine, execution, where, output) };
  });
}

export interface FollowedWorkflow {
  readonly type: WorkflowType;
  readonly result: unknown;
}

async function followed(
  { outlives }: OpenedEngine,
  execution: Execution,
  { onInterrupt }: Where,
  output: Output,
): Promise<unknown> {
  if (execution.ui !== undefined) output.note(`${execution.workflowId}: ${execution.ui}`);
  return await follow(execution, output, { canDetach: outlives, onInterrupt });
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
