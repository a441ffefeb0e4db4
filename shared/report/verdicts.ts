import { type Comparison } from '../stability/comparison-schema.js';

/** Whether there is anything to segment, as far as the report says it. */
export interface ReportStructureTest {
  readonly verdict: 'density structure' | 'continuum' | 'none';
  /** The evidence, for those who doubt. */
  readonly sentence: string;
}

/** What moved retailers: shares of the retailers in both runs that one change alone moves, everything else held. */
export interface ReportAttribution {
  readonly retailers: number;
  readonly total: number;
  readonly data: number;
  readonly representation: number | null;
  readonly clustering: number | null;
  readonly model: number;
  readonly cause: 'none' | 'data' | 'representation' | 'clustering';
}

/** `comparison.json` with the verdicts that it holds where they were measured. */
export type JudgedComparison = Omit<Comparison, 'structureTest' | 'attribution'> & {
  readonly structureTest?: ReportStructureTest | null | undefined;
  readonly attribution?: ReportAttribution | null | undefined;
};
