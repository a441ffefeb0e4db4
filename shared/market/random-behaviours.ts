import { type Behaviour } from './behaviour.js';
import { KeyedRandom } from './keyed-random.js';
import { seasonOfHarmonics } from './season.js';

/**
 * One way to buy, drawn from a single Gaussian (independent in each respect) whose spread is that of the separated
 * behaviours. Also what retailers without a behaviour are: each a draw of its own.
 */
export function drawBehaviour(random: KeyedRandom): Behaviour {
  return {
    season: seasonOfHarmonics([
      0.5 * random.normal(),
      0.5 * random.normal(),
      0.25 * random.normal(),
      0.25 * random.normal(),
    ]),
    trend: -0.25 + 0.2 * random.normal(),
    logBreadth: Math.log(4) + 0.6 * random.normal(),
    activity: 0.65 + 0.8 * random.normal(),
    logVolatility: Math.log(0.9) + 0.25 * random.normal(),
    logVolume: 0.3 * random.normal(),
  };
}

/**
 * `count` behaviours drawn at random: some pairs lie far apart, some overlap. The first j are the same for every
 * count from j on.
 */
export function randomBehaviours(seed: number, count: number): Behaviour[] {
  const random = new KeyedRandom(seed, 'behaviours');
  return Array.from({ length: count }, (_, j) => drawBehaviour(random.at(j)));
}

/** How a behaviour moves in a unit of drift: as far, in all, as retailers of one behaviour differ from each other. */
export function drawDirection(random: KeyedRandom): Behaviour {
  return {
    season: seasonOfHarmonics([
      0.12 * random.normal(),
      0.12 * random.normal(),
      0.06 * random.normal(),
      0.06 * random.normal(),
    ]),
    trend: 0.04 * random.normal(),
    logBreadth: 0.12 * random.normal(),
    activity: 0.25 * random.normal(),
    logVolatility: 0.08 * random.normal(),
    logVolume: 0.2 * random.normal(),
  };
}
