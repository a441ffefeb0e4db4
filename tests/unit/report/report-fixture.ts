import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { type FeatureHistogram } from '../../../shared/report/content/feature-histograms.js';
import { type ReportInput, type ReportSegment } from '../../../shared/report/report-input.js';
import { comparisonOf, structureOf } from './made-up-comparison.js';
import { behaviours, idOf, population, type Population } from './made-up-market.js';

function segmentsOf(people: Population): ReportSegment[] {
  const random = seededRandom(11, 'typical');
  return behaviours.map(({ name, peak, swing, traits }, s) => {
    const members = Array.from(people.segment.keys()).filter((i) => people.segment[i] === s);
    const strengthCounts = new Array<number>(10).fill(0);
    for (const i of members) strengthCounts[Math.min(9, Math.floor(people.strength[i]! * 10))]!++;
    const seasonality = Array.from({ length: 12 }, (_, month) => {
      const distance = Math.min(Math.abs(month - peak), 12 - Math.abs(month - peak));
      return swing * (Math.exp(-(distance ** 2) / 3) * 1.4 - 0.35);
    });
    return {
      id: idOf(s),
      name,
      size: members.length,
      share: members.length / people.shopIds.length,
      shareOfVolume: [0.38, 0.14, 0.12, 0.05, 0.27][s]!,
      meanStrength: members.reduce((sum, i) => sum + people.strength[i]!, 0) / members.length,
      strengthCounts,
      profile: traits.map(([feature, phrase, effect]) => ({
        feature,
        phrase,
        effect,
        mean: 1 + effect / 2,
        meanOfAll: 1,
      })),
      seasonality,
      typical: members.slice(0, 3).map((i) => ({
        shopId: people.shopIds[i]!,
        strength: people.strength[i]!,
        quantities: Array.from({ length: 24 }, (_, month) =>
          Math.round(120 * Math.exp(seasonality[month % 12]! + 0.15 * random.normal())),
        ),
      })),
    };
  });
}

/** Before and now of the features that the comparison has: bells, each a little further on now. */
function histogramsOf(retailers: number): FeatureHistogram[] {
  const bell = (middle: number): number[] =>
    Array.from({ length: 24 }, (_, i) =>
      Math.round((retailers / 7.5) * Math.exp(-(((i - middle) / 3) ** 2) / 2)),
    );
  return [
    { feature: 'season_11', low: -0.4, high: 0.9, before: bell(9), now: bell(12) },
    { feature: 'trend', low: -0.5, high: 0.6, before: bell(11), now: bell(12) },
    { feature: 'log_volume', low: 1.2, high: 7.1, before: bell(12), now: bell(12.5) },
    { feature: 'entropy', low: 0.82, high: 1, before: bell(15), now: bell(15) },
  ];
}

/** A published second run of a market with five behaviours. */
export function reportFixture({ retailers = 1200 } = {}): ReportInput {
  const people = population(retailers);
  const structure = structureOf(people.segment);
  const comparison = comparisonOf(people);
  return {
    asOf: '2017-11',
    runId: '5f0c6c1e-8f0d-4b44-9d9e-0b3f5a6f7c21',
    gate: {
      verdict: 'published',
      reasons: [
        {
          rule: 'clusters',
          observed: 5,
          threshold: 2,
          passed: true,
          sentence: 'The market falls into 5 segments.',
        },
        {
          rule: 'noise',
          observed: structure.noise,
          threshold: 0.5,
          passed: true,
          sentence: `${(structure.noise * 100).toFixed(1)}% of retailers are in no segment; up to 50.0% are accepted.`,
        },
        {
          rule: 'share-kept',
          observed: comparison.kept.share,
          threshold: 0.8,
          passed: true,
          sentence: `${(comparison.kept.share! * 100).toFixed(1)}% of retailers stayed in their segment; at least 80.0% are expected.`,
        },
        {
          rule: 'feature-drift',
          observed: 0.1432,
          threshold: 0.5,
          passed: true,
          sentence:
            "Retailers' figures look as in 2017-10: the one that shifted most, season_11, has a stability index of 0.14; up to 0.5 is accepted.",
        },
      ],
    },
    method: {
      name: 'hdbscan',
      reasons: [
        'On resampled data HDBSCAN found 0.91 of its clusters again, the mixture 0.88.',
        'Its clusters are further apart: silhouette 0.47 against 0.41.',
      ],
    },
    structure: {
      segments: structure,
      latent: structure,
      mixture: { clusters: 6, noise: 0.0211, largestShare: 0.2874, effectiveClusters: 5.4182 },
      raw: { clusters: 2, noise: 0.9958, largestShare: 0.6121, effectiveClusters: 1.9511 },
      controls: {
        pca: { clusters: 4, noise: 0.3312, largestShare: 0.7012, effectiveClusters: 2.4127 },
        untrained: { clusters: 3, noise: 0.4519, largestShare: 0.8123, effectiveClusters: 1.7713 },
      },
    },
    keptBySpace: { latent: 0.957, mixture: 0.962, raw: 0.311, pca: 0.742, untrained: 0.588 },
    segments: segmentsOf(people),
    comparison,
    moves: [
      {
        from: 'S01',
        to: 'S02',
        retailers: 8,
        changes: [
          { feature: 'season_12', phrase: 'December', change: 0.83 },
          { feature: 'volume_sd', phrase: 'volatility', change: 0.41 },
        ],
      },
    ],
    drifted: histogramsOf(retailers),
    map: { ...people, axes: 'first and second principal component of the latent space' },
    history: [
      { asOf: '2017-07', clusters: 4, noise: 0.102, largestShare: 0.41, shareKept: null },
      { asOf: '2017-08', clusters: 5, noise: 0.084, largestShare: 0.35, shareKept: 0.913 },
      { asOf: '2017-09', clusters: 5, noise: 0.071, largestShare: 0.34, shareKept: 0.948 },
      { asOf: '2017-10', clusters: 5, noise: 0.066, largestShare: 0.33, shareKept: 0.951 },
    ],
    ingest: {
      read: 1_469_307,
      used: 1_398_221,
      rejected: 412,
      rejectedByReason: { 'negative quantity': 301, 'month outside 1 to 12': 88, 'missing ID': 23 },
      duplicatesSummed: 1_204,
      afterAsOf: 69_470,
      firstMonth: '2015-01',
      lastMonth: '2017-12',
    },
    fingerprint: {
      kind: 'csv',
      sha256: '9f86d081884c7d659a2feaa0c55ad015'.repeat(2),
      bytes: 31_220_118,
      rows: 1_469_307,
    },
    eligibility: {
      retailers: Math.round(retailers * 1.21),
      eligible: retailers,
      failed: {
        'too few active months': Math.round(retailers * 0.15),
        'too young': Math.round(retailers * 0.06),
      },
    },
    features: { missing: { quantity_growth: 37 }, leftOut: [] },
    training: {
      backend: 'typed-array',
      epochs: 30,
      bestEpoch: 28,
      warm: false,
      trainLoss: 0.4411,
      validationLoss: 0.3188,
      meanReconstructionError: 0.3144,
      losses: Array.from({ length: 30 }, (_, i) => ({
        epoch: i + 1,
        train: 0.43 + 0.52 * Math.exp(-i / 5),
        validation: 0.315 + 0.6 * Math.exp(-i / 4) + (i === 29 ? 0.004 : 0),
      })),
    },
    provenance: {
      codeVersion: '0.1.0',
      comparedWith: '0b0e6c1e-8f0d-4b44-9d9e-0b3f5a6f7c99',
      versions: { Node: '20.20.0', Temporal: 'server 1.32.0' },
      seeds: { run: 42 },
      config: { seed: 42, clusterer: 'auto', hdbscan: { selection: 'leaf', minSamples: 5 } },
      timings: [
        { stage: 'ingest', seconds: 6.2 },
        { stage: 'features', seconds: 4.9 },
        { stage: 'trainAutoencoder', seconds: 31.4 },
        { stage: 'clusterLatent', seconds: 3.1 },
        { stage: 'clusterRaw', seconds: 41.7 },
        { stage: 'controls', seconds: 7.3 },
        { stage: 'compare', seconds: 1.2 },
      ],
      command:
        'npm run -s segments -- run --source csv:sales.csv --as-of 2017-11 --compare-to 0b0e6c1e-8f0d-4b44-9d9e-0b3f5a6f7c99',
    },
  };
}

/** The same market seen for the first time, with everything left out that a run may leave out. */
export function firstRunFixture(): ReportInput {
  const { comparison, moves, map, history, keptBySpace, features, ...rest } = reportFixture({
    retailers: 300,
  });
  void [moves, map, history, keptBySpace, features];
  return {
    ...rest,
    gate: { verdict: 'first', reasons: rest.gate.reasons.slice(0, 2) },
    comparison: { ...comparison!, previous: null, matrix: [], transitions: [] },
    structure: { ...rest.structure, raw: null },
    segments: rest.segments.map(({ id, name, size, share, profile }) => ({ id, name, size, share, profile })),
    training: {
      ...rest.training,
      validationLoss: null,
      losses: rest.training.losses.map((loss) => ({ ...loss, validation: null })),
    },
    provenance: { codeVersion: '0.1.0', seeds: { run: 42 }, config: {} },
  };
}
