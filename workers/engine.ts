import { type BackfillProgress, type RunProgress } from '../shared/contracts/stage.js';
import { type SegmentsAnswer } from '../shared/contracts/rescore-summary.js';
import { type Progress } from '../shared/progress.js';

export type WorkflowType = 'retrain' | 'backfill' | 'rescore';

/** One month of an execution as a person follows it. */
export interface RunView extends RunProgress {
  /** What running stages last reported, by stage. */
  readonly live: Readonly<Record<string, Progress>>;
}

export interface ExecutionView {
  /** A backfill's months; undefined for single runs. */
  readonly months?: BackfillProgress['months'];
  /** The run that is under way, or the last one; before it those that ended since the last view, as they ended. */
  readonly runs: readonly RunView[];
}

/** One started workflow. */
export interface Execution {
  readonly workflowId: string;
  /** Address of the execution in the Temporal UI, where there is one. */
  readonly ui: string | undefined;
  /** Resolves with the workflow's result, or rejects with a SegmentsError. */
  result(): Promise<unknown>;
  view(): Promise<ExecutionView>;
  cancel(): Promise<void>;
}

/** Something that runs the three workflows: Temporal, or this process alone. */
export interface Engine {
  readonly kind: 'temporal' | 'in-process';
  start(type: WorkflowType, workflowId: string, input: unknown): Promise<Execution>;
  /** The last execution under an ID. @throws SegmentsError WorkflowNotFound, EngineUnavailable where none outlives its process */
  attach(workflowId: string): Promise<{ readonly type: WorkflowType; readonly execution: Execution }>;
  /**
   * Starts `rescore` for a handful of retailers and gives their segments, in one call. The same ID asked again while it
   * runs joins it. Rejects with a SegmentsError.
   */
  askSegments(workflowId: string, input: unknown): Promise<SegmentsAnswer>;
  close(): Promise<void>;
}
