import { type OnProgress } from '../shared/progress.js';
import { type ArtifactStore } from '../shared/artifacts/store.js';
import { type Compute } from './compute.js';

/** What surrounds one attempt of an activity: Temporal's context, or the in-process engine's stand-in for it. */
export interface ActivityScope {
  /** Aborted when the activity is cancelled or its worker shuts down. */
  readonly signal: AbortSignal;
  /** Details of the heartbeat that the attempt before this one sent last. */
  readonly lastHeartbeat: unknown;
  heartbeat(details: unknown): void;
  /** True where the Temporal server knows the custom search attributes of infra/temporal/search-attributes.ts. */
  readonly indexed?: boolean;
}

/** What activities need of the process that hosts them. Everything comes in here; nothing is imported as a singleton. */
export interface ActivityDependencies {
  scope(): ActivityScope;
  openStore(uri: string): ArtifactStore;
  /** URI of the store that is used where an input names none. */
  readonly defaultStore: string;
  readonly compute: Compute;
  /** Folder under which each stage gets a scratch folder of its own, removed when it ends. */
  readonly scratchRoot: string;
  /** Bounds of the DuckDB instance that a stage opens. */
  readonly duckDb: { readonly memoryLimit: string; readonly threads: number };
  /** Where credentials of sources and sinks come from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Version of this product, for the manifest. */
  readonly codeVersion: string;
}

/** What a stage works with: the dependencies, and what belongs to this one attempt. */
export interface StageTools extends Omit<ActivityDependencies, 'scope' | 'scratchRoot'> {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** An empty folder, gone when the stage ends. */
  readonly scratch: string;
  /** Keeps `value` with the heartbeat, for an attempt that follows this one. */
  checkpoint(value: unknown): void;
  readonly indexed: boolean;
  /** What the attempt before this one kept. */
  readonly lastCheckpoint: unknown;
}

export type StageWork<I, O> = (tools: StageTools, input: I) => Promise<O>;
