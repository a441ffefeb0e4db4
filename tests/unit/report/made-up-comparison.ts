import { structureMetrics } from '../../../shared/clustering/structure-metrics.js';
import { type Comparison } from '../../../shared/stability/comparison-schema.js';
import { monicTransitions } from '../../../shared/stability/monic-transitions.js';
import { compareStates, outside, transitionRows } from '../../../shared/stability/transition-matrix.js';
import { behaviours, idOf, type Population, state } from './made-up-market.js';

/** What a comparison would say of the market's two months. */
export function comparisonOf({ segment, previousSegment }: Population): Comparison {
  const from = Array.from(previousSegment, state);
  const to = Array.from(segment, state);
  // Some retailers of the previous month are gone.
  for (let i = 0; i < Math.round(segment.length * 0.008); i++) {
    from.push(idOf(i % behaviours.length));
    to.push(outside.absent);
  }
  const matrix = transitionRows(from, to);
  const ids = behaviours.map((_, s) => idOf(s));
  const flow = (a: string, b: string): number =>
    matrix.find((row) => row.from === a && row.to === b)?.retailers ?? 0;
  const of = (side: 'from' | 'to', id: string): number =>
    matrix.reduce((sum, row) => sum + (row[side] === id ? row.retailers : 0), 0);
  const common = from.filter((a, i) => a !== outside.absent && to[i] !== outside.absent).length;
  const settled = matrix.filter(({ from: a, to: b }) => ids.includes(a) && b !== outside.absent);
  const retailers = settled.reduce((sum, row) => sum + row.retailers, 0);
  const same = ids.reduce((sum, id) => sum + flow(id, id), 0);
  const toNoise = settled.reduce((sum, row) => sum + (row.to === outside.noise ? row.retailers : 0), 0);
  const structure = {
    segments: structureOf(segment),
    latent: null,
    mixture: null,
    raw: null,
    controls: { pca: null, untrained: null },
  };
  const run = (asOf: string) => ({ asOf, method: 'hdbscan' as const, retailers: common, structure });
  const agreement = {
    retailers: common,
    adjustedRandIndex: 0.9213,
    adjustedMutualInformation: 0.8977,
    variationOfInformation: 0.3121,
  };
  return {
    version: 1,
    current: run('2017-11'),
    previous: run('2017-10'),
    retailers: {
      common,
      joined: from.filter((a) => a === outside.absent).length,
      left: to.filter((b) => b === outside.absent).length,
    },
    agreement: { withNoise: agreement, withoutNoise: agreement },
    kept: {
      retailers,
      same,
      moved: retailers - same - toNoise,
      toNoise,
      share: same / retailers,
      shareWithoutNoise: same / (retailers - toNoise),
    },
    segments: ids.map((segmentId, s) => {
      const [before, now, kept] = [of('from', segmentId), of('to', segmentId), flow(segmentId, segmentId)];
      return {
        segmentId,
        before,
        now,
        kept,
        shareKept: kept / before,
        jaccard: kept / (before + now - kept),
        bootstrapJaccard: 0.93 - 0.07 * s,
        reading: null,
      };
    }),
    transitions: monicTransitions(
      ids,
      ids,
      ids.map((a) => ids.map((b) => flow(a, b))),
      ids.map((a) => of('from', a)),
    ),
    matrix: [...matrix].sort((p, q) => compareStates(p.from, q.from) || compareStates(p.to, q.to)),
    drift: {
      features: [
        { feature: 'log_volume', inModel: true, psi: 0.0123, ks: 0.0214, missingBefore: 0, missingNow: 0 },
        { feature: 'season_11', inModel: true, psi: 0.1432, ks: 0.0877, missingBefore: 0, missingNow: 0 },
        {
          feature: 'trend',
          inModel: true,
          psi: 0.0311,
          ks: 0.0402,
          missingBefore: 0.0312,
          missingNow: 0.0298,
        },
        { feature: 'entropy', inModel: true, psi: 0.0041, ks: 0.0107, missingBefore: 0, missingNow: 0 },
      ],
      reconstruction: { before: 0.3121, now: 0.3188, ratio: 0.3188 / 0.3121 },
      month: null,
    },
  };
}

export function structureOf(labels: ArrayLike<number>) {
  return structureMetrics(Int32Array.from(labels));
}
