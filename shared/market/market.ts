import { type AsOfMonth } from '../contracts/as-of-month.js';
import { createAssortment } from './assortment.js';
import { type BehaviourPlan, planBehaviours } from './behaviour-plan.js';
import { createCalendar } from './calendar.js';
import { type MarketOptions, type MarketOptionsInput, parseMarketOptions } from './options.js';
import { type PlantedRetailer, retailerPlanter } from './plant-retailer.js';
import { type RetailerSales, salesSimulator } from './retailer-sales.js';

/** A synthetic market. Nothing is held but the plan: every retailer is made when asked for, always the same. */
export interface Market {
  readonly options: MarketOptions;
  readonly months: readonly AsOfMonth[];
  readonly productIds: readonly string[];
  readonly plan: BehaviourPlan;
  readonly retailerCount: number;
  /** The truth about retailer 0 … retailerCount − 1. */
  retailer(index: number): PlantedRetailer;
  /** Its clean sales: `dirt` is added when a market is written. */
  sales(retailer: PlantedRetailer): RetailerSales;
}

/** Throws InvalidInput where the options contradict each other. */
export function generateMarket(input: MarketOptionsInput): Market {
  const options = parseMarketOptions(input);
  const calendar = createCalendar(options);
  const plan = planBehaviours(options, calendar);
  const assortment = createAssortment(options.seed, options.products);
  return {
    options,
    months: calendar.months,
    productIds: assortment.productIds,
    plan,
    retailerCount: calendar.retailerCount,
    retailer: retailerPlanter(options, calendar, plan),
    sales: salesSimulator(options, calendar, plan, assortment),
  };
}
