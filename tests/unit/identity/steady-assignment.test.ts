import { expect, test } from 'vitest';
import { steadyAssignment } from '../../../shared/identity/steady-assignment.js';
import { waitingClusters, type WaitingMove, waitingMoves } from '../../../shared/identity/waiting-moves.js';

/** One retailer whose posterior for cluster 1 is `p`, raw label by the larger. */
function steady(p: number, previous: number, density?: number) {
  const raw = density !== undefined && density < 0 ? -1 : p > 0.5 ? 1 : 0;
  const { labels, strengths, held } = steadyAssignment({
    raw: Int32Array.of(raw),
    posterior: { data: Float64Array.of(1 - p, p), rows: 1, columns: 2 },
    previous: Int32Array.of(previous),
    moveMargin: 0.6,
    noise: density === undefined ? undefined : { density: Float64Array.of(density), enter: -1, leave: 1 },
  });
  return { label: labels[0], strength: strengths[0], held };
}

test('a retailer stays until the evidence for another segment passes the margin', () => {
  expect(steady(0.59, 0)).toEqual({ label: 0, strength: 1 - 0.59, held: 1 });
  expect(steady(0.6, 0)).toEqual({ label: 1, strength: 0.6, held: 0 });
});

test('a retailer without a previous segment takes the likelier one at once', () => {
  expect(steady(0.51, -2)).toEqual({ label: 1, strength: 0.51, held: 0 });
});

test('a retailer falls into noise only clearly below the line', () => {
  expect(steady(0.9, 1, -0.5)).toEqual({ label: 1, strength: 0.9, held: 1 });
  expect(steady(0.9, 1, -1.5)).toEqual({ label: -1, strength: 0, held: 0 });
});

test('kept out of noise, it still needs the margin to move', () => {
  expect(steady(0.55, 0, -0.5)).toEqual({ label: 0, strength: 1 - 0.55, held: 1 });
});

test('a retailer leaves noise only clearly above the line', () => {
  expect(steady(0.9, -1, 0.5)).toEqual({ label: -1, strength: 0, held: 1 });
  expect(steady(0.9, -1, 1)).toEqual({ label: 1, strength: 0.9, held: 0 });
});

test('a retailer without a past is noise by the line itself', () => {
  expect(steady(0.9, -2, -0.1).label).toBe(-1);
  expect(steady(0.9, -2, 0.1).label).toBe(1);
});

test('weak evidence moves a retailer once it has pointed to the same place for enough runs in a row', () => {
  const run = (waiting: { cluster: number; runs: number }) => {
    const { labels, waited } = steadyAssignment({
      raw: Int32Array.of(1),
      posterior: { data: Float64Array.of(0.45, 0.55, 0), rows: 1, columns: 3 },
      previous: Int32Array.of(0),
      moveMargin: 0.9,
      movePersistence: 3,
      waiting: { cluster: Int32Array.of(waiting.cluster), runs: Int32Array.of(waiting.runs) },
    });
    return { label: labels[0], waited: waited[0] };
  };
  expect(run({ cluster: -2, runs: 0 })).toEqual({ label: 0, waited: 1 });
  expect(run({ cluster: 1, runs: 1 })).toEqual({ label: 0, waited: 2 });
  expect(run({ cluster: 1, runs: 2 })).toEqual({ label: 1, waited: 0 });
  // Another place than before: the count begins again.
  expect(run({ cluster: 2, runs: 2 })).toEqual({ label: 0, waited: 1 });
});

test('persistence also moves a retailer that noise would have taken and its density keeps out of it', () => {
  const segmentOfCluster = ['S01', 'S02'];
  // Each run is told by segment what the one before it held back, as the next month is.
  let moves = new Map<string, WaitingMove>() as ReadonlyMap<string, WaitingMove>;
  const labels = [1, 2, 3].map(() => {
    const steady = steadyAssignment({
      raw: Int32Array.of(-1),
      posterior: { data: Float64Array.of(0.45, 0.55), rows: 1, columns: 2 },
      previous: Int32Array.of(0),
      moveMargin: 0.9,
      movePersistence: 3,
      waiting: waitingClusters(['R1'], moves, segmentOfCluster),
      noise: { density: Float64Array.of(-0.5), enter: -1, leave: 1 },
    });
    moves = waitingMoves(['R1'], steady, segmentOfCluster);
    return { label: steady.labels[0], waiting: moves.get('R1') };
  });
  expect(labels).toEqual([
    { label: 0, waiting: { segmentId: 'S02', runs: 1 } },
    { label: 0, waiting: { segmentId: 'S02', runs: 2 } },
    { label: 1, waiting: undefined },
  ]);
});

test('a retailer whose own months prove where it is moves without a margin, and is not held back', () => {
  const { labels, held, target } = steadyAssignment({
    raw: Int32Array.of(0, -1, 0),
    posterior: { data: Float64Array.of(0.9, 0.1, 0.9, 0.1, 0.9, 0.1), rows: 3, columns: 2 },
    previous: Int32Array.of(0, 0, 0),
    moveMargin: 0.95,
    proven: Int32Array.of(1, 1, -2),
  });
  expect([...labels]).toEqual([1, 1, 0]);
  expect(held).toBe(0);
  expect([...target]).toEqual([-2, -2, -2]);
});
