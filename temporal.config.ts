import { type ActivityOptions } from '@temporalio/common';
import { type StageActivities } from './shared/contracts/stage-activities.js';
import { nonRetryableCodes } from './shared/errors.js';

/** How one activity is run: its queue, its time limits and its retries, each with the reason for it. */
export interface ActivityPolicy extends Pick<
  ActivityOptions,
  'startToCloseTimeout' | 'heartbeatTimeout' | 'retry'
> {
  readonly queue: 'orchestration' | 'compute';
  readonly why: string;
}

/** What no retry can cure, in Temporal's own failure types as well as in ours. */
const nonRetryableErrorTypes = [...nonRetryableCodes, 'PayloadsTooLarge', 'TMPRL1103'];

/** Reads and writes of the store: short, idempotent, worth repeating for a while since stores recover within minutes. */
const storeRetry = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '1 minute',
  maximumAttempts: 8,
  nonRetryableErrorTypes,
} as const;

/** Computing: the same input gives the same result, so only a lost worker or a store's fault is worth a repeat. */
const computeRetry = { ...storeRetry, maximumAttempts: 5 } as const;

/** Sources are other people's systems: they may be down for an hour in the night of the third. */
const sourceRetry = {
  ...storeRetry,
  initialInterval: '5s',
  maximumInterval: '10 minutes',
  maximumAttempts: 12,
} as const;

/** A sink that stays down for ten minutes is named in the result: the run is published, and delivering is repeated by hand. */
const sinkRetry = { ...sourceRetry, maximumAttempts: 8 } as const;

/** Nothing waits for the tracking server but the end of the workflow: half a minute, then it is noted. */
const trackingRetry = { ...storeRetry, initialInterval: '2s', maximumAttempts: 5 } as const;

/**
 * A worker that dies is noticed after this long without a heartbeat, and the stage starts again elsewhere. Every stage
 * has it: the short ones too would otherwise wait out their whole time limit. Stages compute in threads and report at least every few seconds, so a live one never comes near it.
 */
const heartbeatTimeout = '20s';

const compute = (startToCloseTimeout: `${number} minutes`, why: string): ActivityPolicy => ({
  queue: 'compute',
  startToCloseTimeout,
  heartbeatTimeout,
  retry: computeRetry,
  why,
});

/** What reads and writes a few small objects of the store. */
const short = (startToCloseTimeout: `${number} minutes`, why: string): ActivityPolicy => ({
  queue: 'orchestration',
  startToCloseTimeout,
  heartbeatTimeout,
  retry: storeRetry,
  why,
});

/**
 * Every setting of where and how this product runs on Temporal. Plain data, importable in the workflow sandbox;
 * the connection itself (address, namespace, TLS, API key) is a profile of @temporalio/envconfig, read by
 * infra/temporal/connect.ts from TEMPORAL_PROFILE, TEMPORAL_ADDRESS, TEMPORAL_API_KEY … or its TOML file.
 */
export const temporalConfig = {
  connection: {
    /** Used where no profile and no variable names one. */
    defaultNamespace: 'default',
    connectTimeout: '10s',
  },

  taskQueues: {
    /** Workflows, and activities that only read and write small objects. */
    orchestration: 'segments-orchestration',
    /** Activities that read data or compute; scale this one by its backlog. */
    compute: 'segments-compute',
  },

  worker: {
    /**
     * Stages at once on one worker. One may use every core (clusterRaw, DuckDB), and holds a month's matrices; a second one
     * fills the cores while the first waits for the store. `segments worker --slots` sets another number.
     */
    maxConcurrentComputeActivities: 2,
    /** These only wait for the store. */
    maxConcurrentOrchestrationActivities: 20,
    /** A workflow task takes milliseconds of CPU: more at once than this only queue for the same core. */
    maxConcurrentWorkflowTasks: 10,
    /** Open executions kept in memory, a few hundred kilobytes each; others are replayed when they go on. */
    maxCachedWorkflows: 200,
    /**
     * After SIGTERM running stages get this long to finish; then they are cancelled, stop within a second, remove their
     * scratch and go on elsewhere, training at the epoch that it had reached. Most stages take seconds and finish within
     * it. What runs for minutes is not waited for: Kubernetes kills after 30 s by default, a spot machine after 120 s.
     */
    shutdownGraceTime: '10s',
    /** A stage that does not even end when cancelled must not keep a worker from ending. */
    shutdownForceTime: '25s',
    /**
     * Heartbeats are sent at most this often. A cancellation reaches a stage in the answer to a heartbeat, so this is how
     * long a cancelled stage goes on computing; at a handful of stages a worker the calls do not count.
     */
    maxHeartbeatThrottleInterval: '1s',
    /** With Worker Versioning, a run ends on the code that it began with: a month's stages must be of one mind. */
    versioningBehavior: 'PINNED',
    /** Seconds, from a lookup to the slowest clustering; the SDK's own end at 10 s. */
    histogramBuckets: {
      segments_stage_duration: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200],
    },
  },

  activities: {
    prepare: short('2 minutes', 'Reads two small objects of the store.'),
    ingest: {
      queue: 'compute',
      startToCloseTimeout: '4 hours',
      heartbeatTimeout,
      retry: sourceRetry,
      why: 'As long as the largest export takes; refused data fails at once, a source that is down is waited for.',
    },
    eligibility: compute('30 minutes', 'One pass over the monthly sales.'),
    features: compute('60 minutes', 'Two passes over the monthly sales.'),
    scale: compute('15 minutes', 'Medians and quartiles of some fifty columns.'),
    trainAutoencoder: compute(
      '120 minutes',
      'Minutes at 60,000 retailers; hours only on TensorFlow.js backends.',
    ),
    encode: compute('15 minutes', 'One pass through a small network.'),
    clusterLatent: compute('60 minutes', 'Seconds in four dimensions.'),
    clusterMixture: compute('60 minutes', 'A few dozen fits by expectation-maximisation.'),
    clusterRaw: compute('240 minutes', 'Twenty-nine heavy-tailed dimensions: the slowest stage by far.'),
    controls: compute('120 minutes', 'Two more clusterings of the size of clusterLatent.'),
    identifySegments: compute('60 minutes', 'Matching, and the choice between the methods.'),
    compare: compute('60 minutes', 'Contingency tables, drift of every feature.'),
    gate: short('2 minutes', 'Reads one small object and decides.'),
    report: compute('30 minutes', 'Draws one page.'),
    publish: short(
      '10 minutes',
      'Manifest, index and champion pointer; a lost compare-and-swap is read again and retried.',
    ),
    deliver: {
      queue: 'compute',
      startToCloseTimeout: '60 minutes',
      heartbeatTimeout,
      retry: sinkRetry,
      why: 'Loads one row a retailer into a system of others.',
    },
    track: {
      queue: 'orchestration',
      startToCloseTimeout: '15 minutes',
      heartbeatTimeout,
      retry: trackingRetry,
      why: 'Some dozen requests and a few megabytes of artifacts; what is missed, segments runs sync-mlflow makes up.',
    },
    recordDeliveries: short('2 minutes', 'Writes one small object.'),
    decide: short('2 minutes', 'Writes what a person decided, the index, and the champion pointer.'),
    findFinished: short('10 minutes', 'Reads a manifest a month.'),
    prepareRescore: short('2 minutes', 'Reads the champion pointer and a manifest.'),
    splitShards: compute('60 minutes', 'One pass over eligibility and features.'),
    scoreShard: compute('15 minutes', 'The saved models over one shard.'),
    gatherScores: compute('60 minutes', 'One pass over the scored shards.'),
    readSegments: short('2 minutes', 'Reads the assignments of a few retailers.'),
    scoreRows: {
      queue: 'compute',
      startToCloseTimeout: '2 minutes',
      heartbeatTimeout,
      // Somebody waits for the answer.
      retry: { ...storeRetry, maximumInterval: '2s', maximumAttempts: 4 },
      why: 'A handful of retailers from sales in the input.',
    },
  } satisfies Record<keyof StageActivities, ActivityPolicy>,

  /**
   * Characters of a workflow's input as JSON. Temporal takes 2 MB a payload; the run adds its config and references before
   * activities get it, and ten thousand named retailers are some 200,000.
   */
  largestInput: 600_000,

  backfill: {
    /** Months in one execution before continue-as-new: keeps histories short on long ranges. */
    monthsPerExecution: 24,
  },

  rescore: {
    /** Shards asked for at once: enough to keep several workers busy, few enough that no other run starves. */
    shardsAtOnce: 8,
  },

  schedule: {
    id: 'segments-monthly',
    workflowId: 'retrain',
    /** The third of the month, 03:00 UTC: sales of the month before are complete in most warehouses by then. */
    calendar: { dayOfMonth: 3, hour: 3, minute: 0 },
    timezone: 'UTC',
    /** Runs are compared with the one before, so two must never overlap, and none may be lost. */
    overlap: 'BUFFER_ALL',
    catchupWindow: '7 days',
    jitter: '10 minutes',
    /** A month that fails holds up the months after it, which would be compared with a month too old. */
    pauseOnFailure: true,
    /**
     * Both times count from the scheduled time, so that months which a Schedule's backfill makes up for wait for nobody;
     * together they end before the next month begins.
     */
    lateSales: { retryEvery: '6 hours', giveUpAfter: '7 days', minShareOfUsual: 0.6 },
    decision: { waitFor: '14 days' },
  },

  artifactStore: {
    /** Used where neither the input nor SEGMENTS_ARTIFACTS names one; relative to the folder of `segments`. */
    defaultFolder: '.segments/artifacts',
  },
} as const;

export type TemporalConfig = typeof temporalConfig;
