import { type Behaviour, moved } from './behaviour.js';
import { type Calendar } from './calendar.js';
import { KeyedRandom } from './keyed-random.js';
import { type MarketOptions } from './options.js';
import { drawDirection, randomBehaviours } from './random-behaviours.js';
import { seasonOfHumps } from './season.js';
import { separatedBehaviours } from './separated-behaviours.js';

/** The behaviours of a market, month by month. */
export interface BehaviourPlan {
  /** Behaviours numbered from 0: those of the first month, then the one that emerges, then the one split off. */
  readonly count: number;
  readonly initialCount: number;
  readonly emerging: number | undefined;
  readonly splitOff: number | undefined;
  /** The behaviour of that number in month `offset`. */
  at(behaviour: number, offset: number): Behaviour;
  /** A behaviour of the first month, for a uniform number in [0, 1): none has less than half another's share. */
  pick(uniform: number): number;
}

export function planBehaviours(options: MarketOptions, calendar: Calendar): BehaviourPlan {
  const { behaviours: initialCount, seed } = options;
  const known = initialCount + (options.emerge === undefined ? 0 : 1);
  const starts = options.kind === 'random' ? randomBehaviours(seed, known) : separatedBehaviours(known);
  const emerging = options.emerge === undefined ? undefined : initialCount;
  const splitOff = options.split === undefined ? undefined : known;
  if (options.split !== undefined) starts.push(splitOffFrom(starts[options.split.behaviour]!));

  const driftsFrom = calendar.offsetOf(options.drift?.month);
  const directions = starts.map((_, b) => drawDirection(new KeyedRandom(seed, 'drift').at(b)));
  const byMonth = starts.map((start, b) =>
    calendar.months.map((_, offset) => {
      if (driftsFrom === undefined || offset <= driftsFrom) return start;
      const years = (offset - driftsFrom) / 12;
      return moved(start, directions[b]!, years * options.drift!.perYear);
    }),
  );

  const cumulative = cumulativeShares(seed, initialCount);
  return {
    count: starts.length,
    initialCount,
    emerging,
    splitOff,
    at: (behaviour, offset) => byMonth[behaviour]![offset]!,
    pick(uniform) {
      let behaviour = 0;
      while (behaviour < initialCount - 1 && cumulative[behaviour]! <= uniform) behaviour++;
      return behaviour;
    },
  };
}

/** A behaviour of the same trend and size with a season more, more products and fewer active months. */
function splitOffFrom(origin: Behaviour): Behaviour {
  let peak = 0;
  for (let month = 1; month < 12; month++) if (origin.season[month]! > origin.season[peak]!) peak = month;
  const hump = seasonOfHumps([{ month: ((peak + 4) % 12) + 1, height: 2, width: 1.3 }]);
  return {
    ...origin,
    season: origin.season.map((value, month) => 0.5 * value + hump[month]!),
    logBreadth: origin.logBreadth + 0.6,
    activity: origin.activity - 0.7,
  };
}

function cumulativeShares(seed: number, count: number): number[] {
  const random = new KeyedRandom(seed, 'sizes');
  const sizes = Array.from({ length: count }, (_, b) => 1 + random.at(b).uniform());
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let sum = 0;
  return sizes.map((size) => (sum += size) / total);
}
