import { type AsOfMonth } from './as-of-month.js';
import { type Reference } from './reference.js';
import { type StructureMetrics } from './structure-metrics.js';

/**
 * scored: enough history, placed by the model. provisional: too little history, placed all the same, with a strength
 * lowered by what is missing of it. too-young: not placed.
 */
export const scoreStatuses = ['scored', 'provisional', 'too-young'] as const;
export type ScoreStatus = (typeof scoreStatuses)[number];

/** One retailer's segment, as on-demand scoring and the HTTP API give it. */
export interface RetailerSegment {
  readonly shopId: string;
  readonly status: ScoreStatus;
  /** Null where the retailer is noise, or too young. */
  readonly segmentId: string | null;
  /** 0 to 1; null for the too young. */
  readonly strength: number | null;
  /** GLOSH, 0 to 1: how unusual the retailer is for its cluster. */
  readonly outlierScore: number | null;
  /** The segment in the run whose model was used; null for retailers that are new. */
  readonly previousSegmentId: string | null;
  /** Why a retailer is provisional or too young; empty for the scored. */
  readonly reason: string;
}

/** The result of the `rescore` workflow. */
export interface RescoreSummary {
  readonly runId: string;
  readonly asOf: AsOfMonth;
  /** The run whose model and segments were used. */
  readonly modelRunId: string;
  readonly retailers: number;
  /** Retailers that have a segment, or are noise, by the model. */
  readonly scored: number;
  /** Retailers with too little history to be scored in full, placed with a lower strength. */
  readonly provisional: number;
  /** Retailers with too little history for even that: in the assignments with the reason and without a segment. */
  readonly tooYoung: number;
  readonly rejectedRows: number;
  /** Shape of the segments of the scored. */
  readonly segments: StructureMetrics;
  /** Null where the input held the sales themselves: then nothing is stored. */
  readonly assignments: Reference | null;
  readonly artifacts: string | null;
  /** The segments themselves where the input named retailers, or held the sales; null where there are too many for that. */
  readonly retailerSegments: readonly RetailerSegment[] | null;
}

/** What the update `segments` answers. */
export type SegmentsAnswer = Pick<RescoreSummary, 'runId' | 'asOf' | 'modelRunId' | 'rejectedRows'> & {
  readonly segments: readonly RetailerSegment[];
};
