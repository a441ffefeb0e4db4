import { type Behaviour } from './behaviour.js';
import { KeyedRandom } from './keyed-random.js';
import { type MarketOptions } from './options.js';
import { drawBehaviour } from './random-behaviours.js';
import { seasonOfHarmonics } from './season.js';

/** What is a retailer's own, whatever its behaviour: it keeps it when the behaviour changes. */
export interface Traits {
  /** Log of its monthly quantity, behaviour, season and trend apart. */
  readonly logVolume: number;
  /** Multiplies its behaviour's season. */
  readonly amplitude: number;
  readonly season: Float64Array;
  readonly trend: number;
  readonly logBreadth: number;
  readonly activity: number;
  readonly logVolatility: number;
  /** The behaviour of a retailer that has none in common with others. */
  readonly ownBehaviour: Behaviour;
}

// Log quantity falls off faster below its mode than above it (a two-piece normal): many small shops of similar
// size, and a long tail of large accounts without a gap that would be a cluster.
const modeOfLogVolume = 2.9;
const sdBelow = 1.05;
const sdAbove = 2.65;

/** Traits by retailer number. */
export function traitsDrawer(options: MarketOptions): (index: number) => Traits {
  const { spread, bend } = options;
  const random = new KeyedRandom(options.seed, 'traits');
  const own = new KeyedRandom(options.seed, 'own behaviour');
  const amplitudeSd = (0.08 + 0.3 * bend) * spread;
  return (index) => {
    random.at(index);
    const above = random.uniform() < sdAbove / (sdBelow + sdAbove);
    const away = Math.abs(random.normal()) * (above ? sdAbove : -sdBelow);
    // Large accounts stock more, with saturation; the smallest shops order seldom.
    const stock = Math.tanh(away / 2);
    const rhythm = 1 - Math.exp(-Math.max(0, away + 1.5));
    const amplitude = Math.exp(amplitudeSd * random.normal() - (amplitudeSd * amplitudeSd) / 2);
    const season = seasonOfHarmonics([
      0.07 * spread * random.normal(),
      0.07 * spread * random.normal(),
      0.04 * spread * random.normal(),
      0.04 * spread * random.normal(),
    ]);
    return {
      logVolume: modeOfLogVolume + away,
      amplitude,
      season,
      trend: 0.04 * spread * random.normal(),
      logBreadth: 0.12 * spread * random.normal() + 0.4 * bend * (stock - 0.25),
      activity: 0.25 * spread * random.normal() + 0.8 * bend * (rhythm - 0.75),
      logVolatility: 0.08 * spread * random.normal(),
      ownBehaviour: drawBehaviour(own.at(index)),
    };
  };
}
