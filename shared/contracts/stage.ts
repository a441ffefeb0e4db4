/** The stages of a run in the order in which people read them; `prepare` finds the store and the previous run. */
export const retrainStages = [
  'prepare',
  'ingest',
  'eligibility',
  'features',
  'scale',
  'trainAutoencoder',
  'encode',
  'clusterLatent',
  'clusterMixture',
  'clusterRaw',
  'controls',
  'identifySegments',
  'compare',
  'gate',
  'report',
  'publish',
  'deliver',
  'track',
] as const;

export const rescoreStages = [
  'prepareRescore',
  'ingest',
  'eligibility',
  'features',
  'score',
  'deliver',
] as const;

export type Stage = (typeof retrainStages)[number] | (typeof rescoreStages)[number];

export type StageState = 'pending' | 'running' | 'done' | 'failed' | 'skipped';

/** One line of the `progress` query. Times are workflow time, milliseconds since 1970. */
export interface StageProgress {
  readonly stage: Stage;
  state: StageState;
  startedAt?: number;
  finishedAt?: number;
  /** What the stage found, in a few words. */
  detail?: string;
}

/** Where the decision on a held run stands. `until`: workflow time, milliseconds since 1970. */
export type DecisionProgress =
  | { readonly state: 'waiting'; readonly until: number }
  | { readonly state: 'approved' | 'rejected'; readonly by: string; readonly reason: string };

/** The answer to the query `progress` of `retrain` and `rescore`. */
export interface RunProgress {
  readonly runId: string;
  readonly asOf: string | undefined;
  readonly stages: readonly StageProgress[];
  /** Of a held run that waits for a person, or was decided on. */
  readonly decision?: DecisionProgress;
}

/** The answer to the query `progress` of `backfill`. */
export interface BackfillProgress {
  /** True where no further month begins until the signal `resume`. */
  readonly paused: boolean;
  readonly months: readonly {
    readonly asOf: string;
    readonly state: StageState;
    readonly workflowId: string;
    readonly runId?: string;
    readonly verdict?: string;
    readonly problem?: string;
  }[];
}
