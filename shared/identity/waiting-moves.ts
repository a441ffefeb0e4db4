import { type SteadyAssignment, type WaitingClusters } from './steady-assignment.js';

/** A move that the evidence points to and hysteresis has not let happen yet. */
export interface WaitingMove {
  readonly segmentId: string;
  /** Runs in a row. */
  readonly runs: number;
}

/** What the next run is told of the retailers that this one held back, by segment: clusters are numbered anew. */
export function waitingMoves(
  shopIds: readonly string[],
  { target, waited }: Pick<SteadyAssignment, 'target' | 'waited'>,
  segmentOfCluster: readonly (string | null)[],
): ReadonlyMap<string, WaitingMove> {
  return new Map(
    shopIds.flatMap((id, i) => {
      const segmentId = segmentOfCluster[target[i]!] ?? null;
      return waited[i]! > 0 && segmentId !== null ? [[id, { segmentId, runs: waited[i]! }] as const] : [];
    }),
  );
}

/** The same in the clusters of the run that is told. */
export function waitingClusters(
  shopIds: readonly string[],
  moves: ReadonlyMap<string, WaitingMove>,
  segmentOfCluster: readonly (string | null)[],
): WaitingClusters {
  return {
    cluster: Int32Array.from(shopIds, (id) => {
      const move = moves.get(id);
      return move === undefined ? -2 : segmentOfCluster.indexOf(move.segmentId);
    }),
    runs: Int32Array.from(shopIds, (id) => moves.get(id)?.runs ?? 0),
  };
}
