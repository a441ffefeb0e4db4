import { type AsOfMonth } from './as-of-month.js';
import { type Reference } from './reference.js';
import { type StructureMetrics } from './structure-metrics.js';

/** The result of the `rescore` workflow. */
export interface RescoreSummary {
  readonly runId: string;
  readonly asOf: AsOfMonth;
  /** The run whose model and segments were used. */
  readonly modelRunId: string;
  readonly retailers: number;
  /** Retailers that have a segment, or are noise, by the model. */
  readonly scored: number;
  /** Retailers with too little history: in the assignments with the reason and without a segment. */
  readonly tooYoung: number;
  readonly rejectedRows: number;
  readonly segments: StructureMetrics;
  readonly assignments: Reference;
  readonly artifacts: string;
}
