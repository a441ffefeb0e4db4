import { type Behaviour } from './behaviour.js';
import { type Hump, seasonOfHumps } from './season.js';

interface Archetype {
  readonly humps: readonly Hump[];
  readonly trend: number;
  /** Typical distinct products in an active month. */
  readonly breadth: number;
  /** Share of months that are active. */
  readonly activeShare: number;
  readonly volatility: number;
  readonly logVolume: number;
}

/** Ten ways to buy that differ in several respects at once, in volume only partly. */
const archetypes: readonly Archetype[] = [
  // Summer kiosks: ice cream, drinks.
  {
    humps: [{ month: 7, height: 2.6, width: 1.6 }],
    trend: -0.2,
    breadth: 4,
    activeShare: 0.68,
    volatility: 0.7,
    logVolume: 0.2,
  },
  // Holiday stores.
  {
    humps: [{ month: 12, height: 3, width: 1.2 }],
    trend: -0.35,
    breadth: 6.5,
    activeShare: 0.75,
    volatility: 0.75,
    logVolume: 0.1,
  },
  // Steady supermarkets with a broad range.
  { humps: [], trend: -0.15, breadth: 13, activeShare: 0.94, volatility: 0.5, logVolume: 0.5 },
  // Fading corner shops.
  { humps: [], trend: -0.7, breadth: 1.8, activeShare: 0.48, volatility: 0.95, logVolume: -0.4 },
  // Two seasons, spring and autumn.
  {
    humps: [
      { month: 4, height: 2.8, width: 1 },
      { month: 10, height: 2.8, width: 1 },
    ],
    trend: -0.3,
    breadth: 2.6,
    activeShare: 0.6,
    volatility: 0.75,
    logVolume: -0.1,
  },
  // Growing, early spring.
  {
    humps: [{ month: 3, height: 2.6, width: 1.5 }],
    trend: 0.15,
    breadth: 5,
    activeShare: 0.55,
    volatility: 0.8,
    logVolume: 0,
  },
  // School year: shut down in the summer.
  {
    humps: [{ month: 7, height: -3, width: 1.4 }],
    trend: -0.1,
    breadth: 3.2,
    activeShare: 0.85,
    volatility: 0.6,
    logVolume: 0.1,
  },
  // Bulk buyers who come when the price is right.
  { humps: [], trend: -0.1, breadth: 1.5, activeShare: 0.3, volatility: 1.5, logVolume: 0.3 },
  // Harvest.
  {
    humps: [{ month: 10, height: 3, width: 1.1 }],
    trend: 0.1,
    breadth: 8,
    activeShare: 0.5,
    volatility: 0.8,
    logVolume: -0.2,
  },
  // May only.
  {
    humps: [{ month: 5, height: 2.6, width: 0.8 }],
    trend: -0.35,
    breadth: 9,
    activeShare: 0.8,
    volatility: 0.65,
    logVolume: 0.2,
  },
];

export const separatedBehaviourCount = archetypes.length;

/** The first `count` of ten archetypes. @param count 0 to 10 */
export function separatedBehaviours(count: number): Behaviour[] {
  return archetypes.slice(0, count).map((archetype) => ({
    season: seasonOfHumps(archetype.humps),
    trend: archetype.trend,
    logBreadth: Math.log(archetype.breadth),
    activity: Math.log(archetype.activeShare / (1 - archetype.activeShare)),
    logVolatility: Math.log(archetype.volatility),
    logVolume: archetype.logVolume,
  }));
}
