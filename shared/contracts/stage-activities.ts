import { type AsOfMonth } from './as-of-month.js';
import { type Config } from './config.js';
import { type DecisionResult } from './decision.js';
import { type RetailerSegment } from './rescore-summary.js';
import { type Reference } from './reference.js';
import { type GateReason } from '../stability/gate-reason.js';
import { type RunDecision } from '../artifacts/decide-run.js';
import { type RunSummary, type Verdict } from './run-summary.js';
import { type Delivery, type TrackingOutcome } from './deliveries.js';
import { type Sink, type Tracking } from './sink.js';
import { type Source } from './source.js';
import { type StageProgress } from './stage.js';
import { type MonthVolume } from '../stability/month-volume.js';
import { type BackfillRow, type SalesRow } from './workflow-inputs.js';
import { type StructureTest } from '../stability/structure-test.js';
import { type StructureMetrics } from './structure-metrics.js';

/** What every stage knows of the execution that it works for. */
export interface RunContext {
  readonly runId: string;
  readonly asOf: AsOfMonth;
  /** URI of the artifact store. */
  readonly store: string;
  /** Folder of this execution in the store: `runs/<run-id>` or `rescores/<run-id>`. */
  readonly folder: string;
  readonly config: Config;
}

/** A finished run, as far as another one needs it. */
export interface RunPointer {
  readonly runId: string;
  readonly asOf: AsOfMonth;
  readonly manifest: Reference;
}

/** Fields that every stage's answer has: its files by artifact key, and its finding in a few words for people. */
export interface StageResult {
  readonly files: Readonly<Record<string, Reference>>;
  readonly detail: string;
}

export interface IngestCounts {
  readonly read: number;
  readonly used: number;
  readonly rejected: number;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  readonly duplicatesSummed: number;
  readonly afterAsOf: number;
  /** First and last month that the source holds, whatever the as-of month. */
  readonly firstMonth: AsOfMonth;
  readonly lastMonth: AsOfMonth;
}

/** What proves which data a run saw. */
export interface SourceFingerprint {
  readonly kind: Source['kind'];
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  /** Version of the dataset or snapshot time, where the system has one. */
  readonly version?: string;
}

export interface LeftWarehouse {
  readonly rows: number;
  readonly bytes: number;
  /** Refused rows among them: at most so many of each reason. */
  readonly rejectedKept: number;
}

export interface IngestResult extends StageResult {
  readonly asOf: AsOfMonth;
  readonly counts: IngestCounts;
  /** How full the as-of month is; null where the past is too short to say. */
  readonly month: MonthVolume | null;
  readonly fingerprint: SourceFingerprint;
  /** What came out of a warehouse that computes features itself: all but the rows of `rejected.csv` is one row a retailer. */
  readonly leftWarehouse?: LeftWarehouse;
}

export interface EligibilityResult extends StageResult {
  readonly retailers: number;
  readonly eligible: number;
  readonly failed: Readonly<Record<string, number>>;
}

export interface FeaturesResult extends StageResult {
  readonly retailers: number;
}

export interface ScaleResult extends StageResult {
  /** Missing values that took the column's median, by feature; features without any are left out. */
  readonly missing: Readonly<Record<string, number>>;
  /** Features that no retailer has, left out of both spaces. */
  readonly leftOut: readonly string[];
}

export interface TrainResult extends StageResult {
  readonly backend: string;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly warm: boolean;
  readonly trainLoss: number;
  readonly validationLoss: number | null;
}

export interface EncodeResult extends StageResult {
  /** Mean over retailers of the mean squared error of their (scaled) features. */
  readonly meanReconstructionError: number;
}

export interface ClusterResult extends StageResult {
  readonly metrics: StructureMetrics;
}

export interface LatentClusterResult extends ClusterResult {
  /** The same before noise near a cluster was assigned to it. */
  readonly hardMetrics: StructureMetrics;
}

export interface ControlsResult extends StageResult {
  readonly pca: StructureMetrics;
  readonly untrained: StructureMetrics;
}

export interface IdentifyResult extends StageResult {
  readonly method: RunSummary['method'];
  readonly methodReasons: readonly string[];
  readonly metrics: StructureMetrics;
  readonly segmentIds: readonly string[];
  readonly structureTest: StructureTest;
  /** By segment. */
  readonly bootstrapJaccard: Readonly<Record<string, number>>;
}

export interface CompareResult extends StageResult {
  readonly shareKept: number | null;
  readonly keptBySpace: RunSummary['keptBySpace'];
  readonly adjustedRandIndex: number | null;
}

export interface GateResult extends StageResult {
  readonly verdict: Verdict;
  readonly reasons: readonly GateReason[];
}

/** Everything that the stages before found, by stage: what the last stages read. */
export interface Findings {
  readonly previous: RunPointer | undefined;
  readonly ingest: IngestResult;
  readonly eligibility: EligibilityResult;
  readonly features: FeaturesResult;
  readonly scale: ScaleResult;
  readonly train: TrainResult;
  readonly encode: EncodeResult;
  readonly latent: LatentClusterResult;
  readonly mixture: ClusterResult;
  readonly raw: ClusterResult | undefined;
  readonly controls: ControlsResult;
  readonly identify: IdentifyResult;
  readonly compare: CompareResult;
}

export interface PublishResult extends StageResult {
  /** False where the run was held, or asked not to publish. */
  readonly published: boolean;
  /** When the run's last stage but this ended; workflow time. */
  readonly finishedAt: number;
  readonly champion: boolean;
}

export interface DeliverInput {
  readonly run: Pick<RunContext, 'runId' | 'asOf' | 'store' | 'folder'>;
  readonly files: FileMap;
  readonly sink: Sink;
  /** The run whose model a rescore used; undefined for a run, which used its own. */
  readonly model: RunPointer | undefined;
  /** Workflow time, milliseconds since 1970. */
  readonly finishedAt: number;
}

/** One scored shard: its assignments twice. */
export interface ScoredShard {
  readonly parquet: Reference;
  readonly csv: Reference;
}

export interface ScoreResult extends StageResult {
  readonly retailers: number;
  readonly scored: number;
  readonly provisional: number;
  readonly tooYoung: number;
  readonly metrics: StructureMetrics;
}

/** Files of the stages so far, by artifact key (`features.parquet`). */
export type FileMap = Readonly<Record<string, Reference>>;

/**
 * The activities as workflows see them. Each takes one object and is idempotent: run twice, it writes the same
 * bytes to the same place.
 */
export interface StageActivities {
  prepare(input: { asOf: AsOfMonth; artifacts: string | undefined; compareTo: string }): Promise<
    StageResult & {
      store: string;
      previous: RunPointer | undefined;
      /** True where the server knows the custom search attributes; setting unknown ones would block a workflow. */
      indexed: boolean;
    }
  >;
  ingest(input: {
    run: Omit<RunContext, 'asOf'> & { asOf: AsOfMonth | undefined };
    source: Source;
    retailers?: readonly string[];
  }): Promise<IngestResult>;
  eligibility(input: {
    run: RunContext;
    files: FileMap;
    nobodyIsAnError: boolean;
  }): Promise<EligibilityResult>;
  features(input: {
    run: RunContext;
    files: FileMap;
    /** Takes in retailers with at least so many active months, eligible or not. */
    minActiveMonths?: number;
  }): Promise<FeaturesResult>;
  scale(input: { run: RunContext; files: FileMap }): Promise<ScaleResult>;
  trainAutoencoder(input: {
    run: RunContext;
    files: FileMap;
    previous: RunPointer | undefined;
  }): Promise<TrainResult>;
  encode(input: { run: RunContext; files: FileMap }): Promise<EncodeResult>;
  clusterLatent(input: {
    run: RunContext;
    files: FileMap;
    previous: RunPointer | undefined;
  }): Promise<LatentClusterResult>;
  clusterMixture(input: {
    run: RunContext;
    files: FileMap;
    previous: RunPointer | undefined;
  }): Promise<ClusterResult>;
  clusterRaw(input: { run: RunContext; files: FileMap }): Promise<ClusterResult>;
  controls(input: {
    run: RunContext;
    files: FileMap;
    previous: RunPointer | undefined;
  }): Promise<ControlsResult>;
  identifySegments(input: {
    run: RunContext;
    files: FileMap;
    previous: RunPointer | undefined;
  }): Promise<IdentifyResult>;
  compare(input: {
    run: RunContext;
    files: FileMap;
    findings: Omit<Findings, 'compare'>;
  }): Promise<CompareResult>;
  gate(input: { run: RunContext; files: FileMap; findings: Findings }): Promise<GateResult>;
  report(input: {
    run: RunContext;
    files: FileMap;
    findings: Findings;
    gate: GateResult;
  }): Promise<StageResult>;
  publish(input: {
    run: RunContext;
    source: Source;
    files: FileMap;
    findings: Findings;
    gate: GateResult;
    timings: readonly StageProgress[];
    publish: boolean;
  }): Promise<PublishResult & { summary: RunSummary }>;
  /** Delivers a published run, or a rescore, to one sink. */
  deliver(input: DeliverInput): Promise<StageResult & { delivery: Delivery }>;
  /** Writes a finished run down in the tracking server. */
  track(input: {
    run: Pick<RunContext, 'runId' | 'store'>;
    tracking: Tracking;
  }): Promise<StageResult & { outcome: TrackingOutcome }>;
  recordDeliveries(input: {
    run: Pick<RunContext, 'runId' | 'store' | 'folder'>;
    deliveries: readonly Delivery[];
    tracking: TrackingOutcome | null;
  }): Promise<StageResult>;
  decide(input: {
    store: string;
    runId: string;
    /** Undefined: only tells what was decided. */
    decision: RunDecision | undefined;
  }): Promise<StageResult & { result: DecisionResult | undefined }>;
  findFinished(input: {
    artifacts: string | undefined;
    from: AsOfMonth;
    to: AsOfMonth;
    source: Source;
    config: Config;
  }): Promise<StageResult & { rows: BackfillRow[] }>;
  prepareRescore(input: {
    artifacts: string | undefined;
    runId: string | undefined;
  }): Promise<StageResult & { store: string; model: RunPointer; config: Config; indexed: boolean }>;
  splitShards(input: {
    run: RunContext;
    files: FileMap;
    model: RunPointer;
    shardSize: number;
  }): Promise<StageResult & { shards: readonly Reference[] }>;
  scoreShard(input: {
    run: RunContext;
    model: RunPointer;
    shard: Reference;
    number: number;
  }): Promise<StageResult & ScoredShard>;
  gatherScores(input: { run: RunContext; shards: readonly ScoredShard[] }): Promise<ScoreResult>;
  readSegments(input: {
    run: RunContext;
    files: FileMap;
  }): Promise<StageResult & { segments: readonly RetailerSegment[] }>;
  scoreRows(input: {
    store: string;
    model: RunPointer;
    config: Config;
    ingest: Config['ingest'];
    rows: readonly SalesRow[];
    asOf: AsOfMonth | undefined;
    retailers: readonly string[] | undefined;
    minActiveMonths: number | undefined;
  }): Promise<ScoreResult & { asOf: AsOfMonth; rejected: number; segments: readonly RetailerSegment[] }>;
}
