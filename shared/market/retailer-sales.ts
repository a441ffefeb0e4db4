import { type Assortment } from './assortment.js';
import { type BehaviourPlan } from './behaviour-plan.js';
import { type Calendar } from './calendar.js';
import { KeyedRandom } from './keyed-random.js';
import { type MarketOptions } from './options.js';
import { behaviourAt, type PlantedRetailer } from './plant-retailer.js';
import { splitQuantity } from './split-quantity.js';
import { traitsDrawer } from './traits.js';

/** A retailer's rows as columns of one length, ordered by month, then product; no key twice. */
export interface RetailerSales {
  /** Month, counted from the market's first. */
  readonly offsets: readonly number[];
  /** Product, an index into the market's product IDs. */
  readonly products: readonly number[];
  /** Whole units, 1 or more. */
  readonly quantities: readonly number[];
  /** Sales value in hundredths of the currency, 1 or more. */
  readonly cents: readonly number[];
}

// No shop buys more in a month, however long the tail.
const largestLogQuantity = Math.log(5e6);

/**
 * Simulates a retailer. Log quantity of an active month is volume + trend + season + noise; the number of products
 * is log-normal around the behaviour's breadth, and never above the quantity.
 */
export function salesSimulator(
  options: MarketOptions,
  calendar: Calendar,
  plan: BehaviourPlan,
  assortment: Assortment,
): (retailer: PlantedRetailer) => RetailerSales {
  const traitsOf = traitsDrawer(options);
  const cell = new KeyedRandom(options.seed, 'month');
  const loss = new KeyedRandom(options.seed, 'lost rows');
  const badOffset = calendar.offsetOf(options.badMonth?.month);
  const productCount = assortment.productIds.length;

  return (retailer) => {
    const traits = traitsOf(retailer.index);
    const preferences = assortment.preferences(retailer.index);
    const offsets: number[] = [];
    const products: number[] = [];
    const quantities: number[] = [];
    const cents: number[] = [];
    const last = retailer.closed ?? calendar.months.length - 1;
    let course = 0;

    for (let offset = retailer.opened; offset <= last; offset++) {
      const number = behaviourAt(retailer, offset);
      const behaviour = number < 0 ? traits.ownBehaviour : plan.at(number, offset);
      if (offset > retailer.opened) course += (behaviour.trend + traits.trend) / 12;

      cell.at(retailer.index, offset);
      const activeShare = 1 / (1 + Math.exp(-(behaviour.activity + traits.activity)));
      if (cell.uniform() >= activeShare) continue;

      const month = (calendar.firstCalendarMonth + offset) % 12;
      const volatility = Math.exp(behaviour.logVolatility + traits.logVolatility);
      const logQuantity =
        traits.logVolume +
        behaviour.logVolume +
        course +
        options.seasonality * Math.cos((2 * Math.PI * (month - 11)) / 12) +
        traits.amplitude * behaviour.season[month]! +
        traits.season[month]! +
        volatility * cell.normal();
      const quantity = Math.max(1, Math.round(Math.exp(Math.min(logQuantity, largestLogQuantity))));

      const logBreadth = behaviour.logBreadth + traits.logBreadth + 0.25 * cell.normal();
      const wanted = Math.max(1, Math.round(Math.exp(logBreadth)));
      const breadth = Math.min(wanted, quantity, productCount);
      const chosen = chooseProducts(preferences, breadth, productCount, cell);
      const parts = splitQuantity(quantity, breadth, cell);
      const losing = offset === badOffset;
      if (losing) loss.at(retailer.index, offset);
      for (let j = 0; j < breadth; j++) {
        const value = parts[j]! * assortment.prices[chosen[j]!]! * (1 + 0.05 * cell.normal());
        if (losing && loss.uniform() < options.badMonth!.share) continue;
        offsets.push(offset);
        products.push(chosen[j]!);
        quantities.push(parts[j]!);
        cents.push(Math.max(1, Math.round(100 * value)));
      }
    }
    return { offsets, products, quantities, cents };
  };
}

/** `count` different products out of the retailer's first choices, half as many again, in ascending order. */
function chooseProducts(
  preferences: { choice(j: number): number },
  count: number,
  productCount: number,
  random: KeyedRandom,
): number[] {
  const pool = Math.min(productCount, Math.ceil(1.5 * count) + 1);
  const candidates: number[] = [];
  for (let j = 0; j < pool; j++) candidates.push(preferences.choice(j));
  for (let j = 0; j < count; j++) {
    const other = j + random.integer(pool - j);
    const kept = candidates[j]!;
    candidates[j] = candidates[other]!;
    candidates[other] = kept;
  }
  candidates.length = count;
  return candidates.sort((a, b) => a - b);
}
