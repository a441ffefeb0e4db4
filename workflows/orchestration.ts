import { type Outcomes } from '../shared/contracts/deliveries.js';
import { type RunSummary } from '../shared/contracts/run-summary.js';
import { type StageActivities } from '../shared/contracts/stage-activities.js';
import { type BackfillRequest, type RetrainRequest } from '../shared/contracts/workflow-inputs.js';

/** A message that a running workflow answers. */
export interface UpdateHandler {
  /** Refuses the message by throwing, before anything is recorded. */
  check(message: unknown): void;
  act(message: unknown): Promise<unknown>;
}

/**
 * All that a workflow asks of the engine under it. Temporal gives it durably (temporal-orchestration.ts); the
 * in-process engine gives it for one process's lifetime (workers/in-process.ts). The logic is written once.
 */
export interface Orchestration {
  readonly workflowId: string;
  /** The workflow's original execution run ID: it survives continue-as-new and resets. */
  readonly runId: string;
  /** When the Schedule meant this execution to start; undefined where no Schedule started it. */
  readonly scheduledStart: Date | undefined;
  readonly activities: StageActivities;
  /** Workflow time, milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Serves `read` as the query `progress`. */
  serveProgress(read: () => unknown): void;
  /** Serves messages by their names. The in-process engine has no way to send any. */
  serveUpdates(handlers: Readonly<Record<string, UpdateHandler>>): void;
  serveSignals(handlers: Readonly<Record<string, () => void>>): void;
  /**
   * Waits until messages have made `holds` true, at most so many milliseconds; gives what it is then. In process, where no
   * message can come, it does not wait.
   */
  waitForMessages(holds: () => boolean, milliseconds?: number): Promise<boolean>;
  /** Markdown that people see in the Temporal UI while the workflow runs. */
  showDetails(markdown: string): void;
  /** Makes the execution searchable by these custom search attributes. */
  index(attributes: { readonly AsOf?: string; readonly Verdict?: string }): void;
  /** Runs `retrain` as a child with an ID of its own. */
  retrainChild(workflowId: string, input: RetrainRequest): Promise<RunSummary & Outcomes>;
  /** True where an error means that somebody cancelled, not that something failed. */
  isCancellation(error: unknown): boolean;
  /** True where the history has grown long. */
  historyIsLong(): boolean;
  continueBackfill(input: BackfillRequest): Promise<never>;
}
