import { type AsOfMonth } from '../contracts/as-of-month.js';
import { type Source, type SourceKind } from '../contracts/source.js';
import { type SourceContext } from '../sources/sales-source.js';

export interface WarehouseQuestion {
  readonly asOf: AsOfMonth;
  readonly windowMonths: number;
  /** Only these retailers; undefined: all. */
  readonly retailers: readonly string[] | undefined;
}

export interface WarehouseContext extends Pick<SourceContext, 'onProgress' | 'signal' | 'env'> {
  /** The file that the answer is written to. */
  readonly path: string;
  /** The time as of which an earlier attempt read, where there was one. */
  readonly snapshot: string | undefined;
  /** Keeps that time for an attempt that may follow. */
  keepSnapshot(snapshot: string): void;
}

/** A CSV without a header, of `answerColumns`; an empty field is a missing value. */
export interface WarehouseAnswer {
  readonly rows: number;
  readonly bytes: number;
  /** What the system calls the query, and as of when it read. */
  readonly version: string;
}

/** A system that computes eligibility and features itself. */
export interface Warehouse<K extends SourceKind = SourceKind> {
  /** Throws what a source throws when it is read, and nothing else on purpose. */
  ask(
    source: Extract<Source, { kind: K }>,
    question: WarehouseQuestion,
    context: WarehouseContext,
  ): Promise<WarehouseAnswer>;
}
