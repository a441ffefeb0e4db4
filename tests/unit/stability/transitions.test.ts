import { expect, test } from 'vitest';
import { monicTransitions } from '../../../shared/stability/monic-transitions.js';
import { transitionRows } from '../../../shared/stability/transition-matrix.js';

/** Sizes are row sums plus `lost` (noise). */
function transitions(from: string[], to: string[], flows: number[][], lost: number[] = from.map(() => 0)) {
  const sizes = flows.map((row, r) => row.reduce((sum, count) => sum + count, lost[r]!));
  return monicTransitions(from, to, flows, sizes);
}

test('a segment whose majority stays together survives', () => {
  expect(transitions(['S01'], ['S01'], [[60]], [40])).toEqual([
    { kind: 'survives', from: ['S01'], to: ['S01'], retailers: 60 },
  ]);
});

test('segments whose majorities meet in one merge', () => {
  expect(transitions(['S01', 'S02'], ['S01'], [[90], [55]], [10, 5])).toEqual([
    { kind: 'merges', from: ['S01', 'S02'], to: ['S01'], retailers: 145 },
  ]);
});

test('a segment whose majority is found in parts, none of them half, splits', () => {
  expect(transitions(['S01'], ['S01', 'S02'], [[45, 40]], [15])).toEqual([
    { kind: 'splits', from: ['S01'], to: ['S01', 'S02'], retailers: 85 },
  ]);
});

test('a new segment made of a substantial minority is a split, migration into a living segment is none', () => {
  expect(
    transitions(
      ['S01', 'S02'],
      ['S01', 'S02', 'S03'],
      [
        [60, 0, 40],
        [0, 100, 0],
      ],
    ),
  ).toEqual([
    { kind: 'splits', from: ['S01'], to: ['S01', 'S03'], retailers: 100 },
    { kind: 'survives', from: ['S02'], to: ['S02'], retailers: 100 },
  ]);
  expect(
    transitions(
      ['S01', 'S02'],
      ['S01', 'S02'],
      [
        [60, 40],
        [0, 100],
      ],
    ).map(({ kind }) => kind),
  ).toEqual(['survives', 'survives']);
});

test('a segment none of whose retailers are left disappears', () => {
  expect(transitions(['S01'], ['S01'], [[0]], [0]).map(({ kind }) => kind)).toEqual([
    'disappears',
    'emerges',
  ]);
});

test('a segment whose retailers scatter disappears', () => {
  expect(transitions(['S01', 'S02'], ['S02'], [[10], [100]], [90, 0])).toEqual([
    { kind: 'disappears', from: ['S01'], to: [], retailers: 0 },
    { kind: 'survives', from: ['S02'], to: ['S02'], retailers: 100 },
  ]);
});

test('a segment that nobody brought along emerges', () => {
  expect(transitions(['S01'], ['S01', 'S02'], [[90, 10]])).toEqual([
    { kind: 'survives', from: ['S01'], to: ['S01'], retailers: 90 },
    { kind: 'emerges', from: [], to: ['S02'], retailers: 0 },
  ]);
});

test('exact halves make a split, not two survivals', () => {
  expect(transitions(['S01'], ['S01', 'S02'], [[50, 50]])).toEqual([
    { kind: 'splits', from: ['S01'], to: ['S01', 'S02'], retailers: 100 },
  ]);
});

test('flows are ordered by segment number, S100 after S99, then noise and absence', () => {
  const from = ['absent', 'noise', 'S100', 'S99', 'S02'];
  const rows = transitionRows(from, ['S02', 'S02', 'noise', 'S99', 'absent']);
  expect(rows.map((row) => row.from)).toEqual(['S02', 'S99', 'S100', 'noise', 'absent']);
  expect(rows.at(-1)).toEqual({ from: 'absent', to: 'S02', retailers: 1, shareOfFrom: 1, shareOfTo: 0.5 });
});
