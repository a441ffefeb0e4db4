import { outside } from '../../../shared/stability/transition-matrix.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';

interface Behaviour {
  readonly name: string;
  readonly weight: number;
  readonly centre: readonly [number, number];
  readonly peak: number;
  readonly swing: number;
  readonly traits: readonly (readonly [feature: string, phrase: string, effect: number])[];
}

export const behaviours: readonly Behaviour[] = [
  {
    name: 'Steady core',
    weight: 31,
    centre: [0.2, 0.4],
    peak: 5,
    swing: 0.06,
    traits: [
      ['activity', 'buys every month', 0.84],
      ['volume_sd', 'steady volume', -0.77],
      ['entropy', 'evenly spread sales', 0.71],
      ['log_volume', 'large volume', 0.42],
      ['trend', 'growing', 0.08],
    ],
  },
  {
    name: 'Festive',
    weight: 17,
    centre: [1.9, 1.5],
    peak: 11,
    swing: 0.62,
    traits: [
      ['season_12', 'December peak', 1.92],
      ['volume_sd', 'volatile volume', 0.95],
      ['log_breadth', 'broad range', 0.66],
      ['activity', 'skips months', -0.31],
    ],
  },
  {
    name: 'Summer trade',
    weight: 20,
    centre: [-1.7, 1.3],
    peak: 6,
    swing: 0.48,
    traits: [
      ['season_07', 'July peak', 1.71],
      ['log_volume', 'small volume', -0.38],
      ['breadth_cv', 'changing range', 0.52],
    ],
  },
  {
    name: 'Fading',
    weight: 11,
    centre: [-1.2, -1.6],
    peak: 1,
    swing: 0.12,
    traits: [
      ['trend', 'declining', -2.35],
      ['activity', 'skips months', -1.12],
      ['log_breadth', 'narrow range', -0.9],
    ],
  },
  {
    name: 'Wide and growing',
    weight: 15,
    centre: [1.6, -1.1],
    peak: 9,
    swing: 0.15,
    traits: [
      ['log_breadth', 'broad range', 1.55],
      ['trend', 'growing', 1.21],
      ['log_volume', 'large volume', 1.02],
    ],
  },
];

const noiseShare = 0.06;
const movedShare = 0.04;

/** Retailers of a made-up market, a segment each (−1 noise) in this month and the one before. */
export function population(retailers: number) {
  const random = seededRandom(7, 'report fixture');
  const total = behaviours.reduce((sum, { weight }) => sum + weight, 0);
  const shopIds: string[] = [];
  const x = new Float32Array(retailers);
  const y = new Float32Array(retailers);
  const segment = new Int16Array(retailers);
  const previousSegment = new Int16Array(retailers);
  const strength = new Float32Array(retailers);
  for (let i = 0; i < retailers; i++) {
    shopIds.push(String(100_000 + i * 13 + random.integer(13)));
    let draw = random.uniform() * total;
    let s = 0;
    while (s < behaviours.length - 1 && draw >= behaviours[s]!.weight) draw -= behaviours[s++]!.weight;
    const [cx, cy] = behaviours[s]!.centre;
    const noisy = random.uniform() < noiseShare;
    const spread = noisy ? 1.6 : 0.42;
    x[i] = cx + spread * random.normal();
    y[i] = cy + spread * 0.8 * random.normal();
    segment[i] = noisy ? -1 : s;
    strength[i] = noisy ? 0 : Math.max(0.05, 1 - Math.abs(0.22 * random.normal()));
    // December is near: the festive trade gains from the core.
    const moved = random.uniform() < (s === 1 ? 0.12 : movedShare / 2);
    const other = s === 1 ? 0 : random.integer(behaviours.length);
    previousSegment[i] = random.uniform() < 0.01 ? -2 : moved ? other : segment[i]!;
  }
  return { shopIds, x, y, segment, previousSegment, strength };
}

export const idOf = (place: number): string => `S0${place + 1}`;
export const state = (place: number): string =>
  place === -1 ? outside.noise : place === -2 ? outside.absent : idOf(place);

export type Population = ReturnType<typeof population>;
