import { type EpochLoss } from '../autoencoder/loss-csv.js';
import { type RunSummary, type Verdict } from '../contracts/run-summary.js';
import {
  type IngestCounts,
  type LeftWarehouse,
  type SourceFingerprint,
} from '../contracts/stage-activities.js';
import { type StructureMetrics } from '../contracts/structure-metrics.js';
import { type FeatureHistogram } from './content/feature-histograms.js';
import { type GateReason } from '../stability/gate-reason.js';
import { type Comparison } from '../stability/comparison-schema.js';

/** How a segment's mean of one feature differs from that of all retailers. */
export interface ProfileRow {
  readonly feature: string;
  /** For people: "broad range". Without it the feature's own name is shown. */
  readonly phrase?: string;
  readonly mean: number;
  readonly meanOfAll: number;
  /** (mean − meanOfAll) / standard deviation of all retailers. */
  readonly effect: number;
}

/** A retailer that stands for its segment. */
export interface TypicalRetailer {
  readonly shopId: string;
  readonly strength?: number;
  /** Monthly quantities, oldest first, the last one of the as-of month. */
  readonly quantities?: readonly number[];
}

export interface ReportSegment {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** Of all retailers of the run. */
  readonly share: number;
  /** Of the quantity that all retailers of the run sold. */
  readonly shareOfVolume?: number;
  /** Mean membership strength. */
  readonly meanStrength?: number;
  /** Retailers by strength, in equal steps from 0 to 1. */
  readonly strengthCounts?: readonly number[];
  readonly profile: readonly ProfileRow[];
  /** January first: mean deviation of ln(1 + quantity) from the retailer's own mean. */
  readonly seasonality?: readonly number[];
  readonly typical?: readonly TypicalRetailer[];
}

/** Retailers that went from one segment to another, and what changed for them. */
export interface ReportMove {
  readonly from: string;
  readonly to: string;
  readonly retailers: number;
  /** Features that moved most, in standard deviations of all retailers. */
  readonly changes: readonly {
    readonly feature: string;
    readonly phrase?: string;
    readonly change: number;
  }[];
}

/** Every retailer in two dimensions; arrays in step. */
export interface ReportMap {
  readonly shopIds: readonly string[];
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Place in `segments`, −1 without a segment. */
  readonly segment: ArrayLike<number>;
  /** The same of the previous run, −2 where it did not know the retailer or its segment is gone. */
  readonly previousSegment?: ArrayLike<number>;
  /** 0 to 1. */
  readonly strength?: ArrayLike<number>;
  /** What the axes are: "first and second principal component of the latent space". */
  readonly axes: string;
}

/** A cluster of the condensed tree of HDBSCAN in the latent space, chosen or not. */
export interface ReportTreeCluster {
  /** Its place in the tree, −1 for the root, which comes first; parents come before their children. */
  readonly parent: number;
  /** λ = 1 / distance at which it splits off, and the largest finite λ at which a retailer leaves it. */
  readonly birth: number;
  readonly death: number;
  /** Retailers at birth. */
  readonly size: number;
  /** Whether it is one of the flat clusters. */
  readonly chosen: boolean;
  /** The segment that it became, where these clusters are of record. */
  readonly segment?: string;
}

/** Figures of an earlier run. */
export interface HistoryPoint {
  readonly asOf: string;
  readonly clusters: number;
  readonly noise: number;
  readonly largestShare: number;
  readonly shareKept: number | null;
}

/** All that the report shows. Optional is what a first run, or a run with less switched on, does not have. */
export interface ReportInput {
  readonly asOf: string;
  /** Left out where the page has to be the same for equal input, whichever execution wrote it; timings likewise. */
  readonly runId?: string;
  readonly gate: { readonly verdict: Verdict; readonly reasons: readonly GateReason[] };
  readonly method: { readonly name: RunSummary['method']; readonly reasons: readonly string[] };
  readonly structure: {
    readonly segments: StructureMetrics;
    readonly latent: StructureMetrics;
    readonly mixture: StructureMetrics;
    readonly raw: StructureMetrics | null;
    readonly controls: { readonly pca: StructureMetrics; readonly untrained: StructureMetrics };
  };
  /** How HDBSCAN cut the latent space, in words. */
  readonly latentSettings?: string;
  readonly keptBySpace?: RunSummary['keptBySpace'];
  readonly segments: readonly ReportSegment[];
  /** `comparison.json`; one without a previous run counts as none. */
  readonly comparison?: Comparison;
  /** Names of previous segments that this run no longer has. */
  readonly formerNames?: Readonly<Record<string, string>>;
  readonly moves?: readonly ReportMove[];
  /** The features that drifted most, before and now. */
  readonly drifted?: readonly FeatureHistogram[];
  readonly map?: ReportMap;
  readonly tree?: readonly ReportTreeCluster[];
  /** Earlier runs, oldest first, this one not among them. */
  readonly history?: readonly HistoryPoint[];
  readonly ingest: IngestCounts;
  /** What came out of a warehouse that computed the features itself; undefined where every row was read here. */
  readonly leftWarehouse?: Pick<LeftWarehouse, 'rejectedKept'>;
  /** The rows used, in order of shop, product and month: equal for equal sales, in whatever order and file they came. */
  readonly sales?: { readonly rows: number; readonly sha256: string };
  /** Of the source as it came; left out where the page has to be the same for equal sales. */
  readonly fingerprint?: Omit<SourceFingerprint, 'kind' | 'version'> & {
    readonly kind: string;
    readonly version?: string | undefined;
  };
  readonly eligibility: {
    readonly retailers: number;
    readonly eligible: number;
    readonly failed: Readonly<Record<string, number>>;
  };
  readonly features?: {
    readonly missing: Readonly<Record<string, number>>;
    readonly leftOut: readonly string[];
  };
  readonly training: {
    readonly backend: string;
    readonly epochs: number;
    readonly bestEpoch: number;
    readonly warm: boolean;
    readonly trainLoss: number;
    readonly validationLoss: number | null;
    readonly meanReconstructionError?: number;
    readonly losses: readonly EpochLoss[];
  };
  readonly provenance: {
    readonly codeVersion: string;
    /** ID of the run compared with. */
    readonly comparedWith?: string;
    /** Node, Temporal, DuckDB and so on. */
    readonly versions?: Readonly<Record<string, string>>;
    readonly seeds: Readonly<Record<string, number>>;
    /** Shown as JSON. */
    readonly config: unknown;
    /** Seconds by stage, in order. */
    readonly timings?: readonly { readonly stage: string; readonly seconds: number }[];
    /** What repeats the run. */
    readonly command?: string;
  };
}
