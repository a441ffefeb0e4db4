import { type BehaviourPlan } from './behaviour-plan.js';
import { type Calendar } from './calendar.js';
import { KeyedRandom } from './keyed-random.js';
import { type MarketOptions } from './options.js';

export type ChangeCause = 'emerge' | 'split' | 'merge' | 'switch';

export interface BehaviourChange {
  /** First month with the new behaviour, counted from the market's first. */
  readonly offset: number;
  readonly from: number;
  readonly to: number;
  readonly cause: ChangeCause;
}

/** The truth about a retailer. Months are counted from the market's first. */
export interface PlantedRetailer {
  readonly index: number;
  readonly shopId: string;
  /** In its first month; −1 for a retailer without one. */
  readonly behaviour: number;
  readonly opened: number;
  /** Last month in which it is open; undefined while it still is. */
  readonly closed: number | undefined;
  /** In the order of months, none after it closed. */
  readonly changes: readonly BehaviourChange[];
}

/** The behaviour that a retailer has in month `offset`, −1 for none. */
export function behaviourAt(retailer: PlantedRetailer, offset: number): number {
  let behaviour = retailer.behaviour;
  for (const change of retailer.changes) if (change.offset <= offset) behaviour = change.to;
  return behaviour;
}

export type PlantRetailer = (index: number) => PlantedRetailer;

/** Who each retailer is, by its number alone: no retailer depends on another, nor on how many months there are. */
export function retailerPlanter(
  options: MarketOptions,
  calendar: Calendar,
  plan: BehaviourPlan,
): PlantRetailer {
  const random = new KeyedRandom(options.seed, 'retailer');
  const events = plannedEvents(options, calendar, plan);
  const lastOffset = calendar.months.length - 1;
  return (index) => {
    const opened = calendar.openedAt(index);
    random.at(index);
    const isNoise = random.uniform() < options.noiseShare;
    const picked = plan.pick(random.uniform());
    const closesAt = closingMonth(opened, options.closures, random.uniform());
    const closed = closesAt <= lastOffset ? closesAt : undefined;

    let behaviour = isNoise || plan.initialCount === 0 ? -1 : picked;
    if (calendar.opensEmerging(index)) behaviour = plan.emerging!;
    let current = behaviour;
    const changes: BehaviourChange[] = [];
    for (const event of events) {
      if (current < 0 || event.offset > (closed ?? lastOffset)) continue;
      // Who opens later has never been anything else, except that a behaviour merged away is open to nobody.
      const happened = event.offset <= opened;
      if (happened && event.cause === 'switch') continue;
      if (happened && event.cause === 'emerge') continue;
      const to = event.next(current, index);
      if (to === current) continue;
      if (happened) behaviour = to;
      else changes.push({ offset: event.offset, from: current, to, cause: event.cause });
      current = to;
    }
    return { index, shopId: shopIdOf(index), behaviour, opened, closed, changes };
  };
}

/** Seven digits, so that the order of texts is the order of numbers. */
function shopIdOf(index: number): string {
  return `R${String(index + 1).padStart(7, '0')}`;
}

/** Geometric: each open month is the last with chance `rate`. */
function closingMonth(opened: number, rate: number, uniform: number): number {
  return rate === 0 ? Infinity : opened + Math.floor(Math.log(uniform) / Math.log(1 - rate));
}

interface PlannedEvent {
  readonly offset: number;
  readonly cause: ChangeCause;
  /** The behaviour after the event of a retailer that has `current`. */
  next(current: number, index: number): number;
}

/** In the order of months; in one month: emerge, split, merge, switch. */
function plannedEvents(options: MarketOptions, calendar: Calendar, plan: BehaviourPlan): PlannedEvent[] {
  const { emerge, split, merge, switch: switching, seed } = options;
  const chance = (purpose: string): ((index: number) => KeyedRandom) => {
    const random = new KeyedRandom(seed, purpose);
    return (index) => random.at(index);
  };
  const events: PlannedEvent[] = [];
  if (emerge?.by === 'conversion') {
    const draw = chance('emerge');
    const next = (current: number, index: number): number =>
      draw(index).uniform() < emerge.share ? plan.emerging! : current;
    events.push({ offset: calendar.offsetOf(emerge.month)!, cause: 'emerge', next });
  }
  if (split !== undefined) {
    const draw = chance('split');
    const next = (current: number, index: number): number =>
      current === split.behaviour && draw(index).uniform() < 0.5 ? plan.splitOff! : current;
    events.push({ offset: calendar.offsetOf(split.month)!, cause: 'split', next });
  }
  if (merge !== undefined) {
    const next = (current: number): number => (current === merge.from ? merge.into : current);
    events.push({ offset: calendar.offsetOf(merge.month)!, cause: 'merge', next });
  }
  if (switching !== undefined) {
    const draw = chance('switch');
    const offset = calendar.offsetOf(switching.month)!;
    const mergedAway =
      merge !== undefined && calendar.offsetOf(merge.month)! <= offset ? merge.from : undefined;
    const open = Array.from({ length: plan.initialCount }, (_, b) => b).filter((b) => b !== mergedAway);
    const next = (current: number, index: number): number => {
      const random = draw(index);
      if (random.uniform() >= switching.share) return current;
      const others = open.filter((b) => b !== current);
      return others.length === 0 ? current : others[random.integer(others.length)]!;
    };
    events.push({ offset, cause: 'switch', next });
  }
  return events.sort((a, b) => a.offset - b.offset);
}
