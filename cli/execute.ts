import { type Engine, type WorkflowType } from '../workers/engine.js';
import { type SegmentsAnswer } from '../shared/contracts/rescore-summary.js';
import { follow } from './follow.js';
import { openEngine, type OpenedEngine } from './open-engine.js';
import { type Output } from './output.js';
import { processDependencies } from './process-dependencies.js';
import { type Settings } from './settings.js';

export interface Executed {
  readonly result: unknown;
  readonly engine: Engine['kind'];
  readonly ui: string | undefined;
}

/** Opens an engine, runs one workflow to its end with progress shown, and closes the engine. */
export async function execute(
  type: WorkflowType,
  workflowId: string,
  input: unknown,
  settings: Pick<Settings, 'engine' | 'artifacts'>,
  output: Output,
): Promise<Executed> {
  const deps = processDependencies(process.env, settings.artifacts);
  let engine: OpenedEngine | undefined;
  try {
    engine = await openEngine({ choice: settings.engine, deps, env: process.env, note: output.note });
    const execution = await engine.start(type, workflowId, input);
    if (execution.ui !== undefined) output.note(`${workflowId}: ${execution.ui}`);
    const result = await follow(execution, output);
    return { result, engine: engine.kind, ui: execution.ui };
  } finally {
    await engine?.close();
    await deps.close();
  }
}

/** Opens an engine, asks for the segments of a handful of retailers, and closes the engine. */
export async function askSegments(
  workflowId: string,
  input: unknown,
  settings: Pick<Settings, 'engine' | 'artifacts'>,
  output: Output,
): Promise<SegmentsAnswer> {
  const deps = processDependencies(process.env, settings.artifacts);
  let engine: OpenedEngine | undefined;
  try {
    engine = await openEngine({ choice: settings.engine, deps, env: process.env, note: output.note });
    return await engine.askSegments(workflowId, input);
  } finally {
    await engine?.close();
    await deps.close();
  }
}
