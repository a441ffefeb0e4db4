import { z } from 'zod';
import { type AsOfMonth, asOfMonthSchema, monthIndex } from '../contracts/as-of-month.js';
import { validate } from '../contracts/validate.js';
import { separatedBehaviourCount } from './separated-behaviours.js';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** Extra rows that no clean source holds: how many of each kind, exactly. All but `duplicateKey` are to be refused. */
export const dirtOptionsSchema = z.strictObject({
  /** `sales_qty` is a word. */
  notANumber: count.default(0),
  /** `month` is 0 or 13. */
  wrongMonth: count.default(0),
  /** `shop_id` is empty. */
  missingShop: count.default(0),
  /** `product_id` is empty. */
  missingProduct: count.default(0),
  negativeQuantity: count.default(0),
  infiniteQuantity: count.default(0),
  /** A clean row in two parts with the same key: summed, they are the clean row again. */
  duplicateKey: count.default(0),
});

/** Changes planted in a month of the market's, its first month excepted. */
const month = asOfMonthSchema;

export const driftOptionsSchema = z.strictObject({
  /** From this month on, every behaviour moves in a direction of its own. */
  month,
  /** Distance a year, in units of the spread of retailers around their behaviour. */
  perYear: z.number().positive().max(10).default(1),
});

export const emergeOptionsSchema = z.strictObject({
  month,
  /** Retailers of the new behaviour, as a share of `retailers`. */
  share: share.default(0.08),
  /** Whether new shops open with it, or existing retailers take it up. */
  by: z.enum(['openings', 'conversion']).default('openings'),
});

export const splitOptionsSchema = z.strictObject({
  month,
  /** Half of this behaviour's retailers take up a new one. */
  behaviour: count.default(0),
});

export const mergeOptionsSchema = z.strictObject({
  month,
  /** Everyone of behaviour `from` takes up behaviour `into`. */
  from: count.default(1),
  into: count.default(0),
});

export const switchOptionsSchema = z.strictObject({
  month,
  /** Share of the retailers with a behaviour that take up another of the existing ones. */
  share: share.default(0.1),
});

export const badMonthOptionsSchema = z.strictObject({
  month,
  /** Share of that month's rows that are lost, row by row. */
  share: share.default(0.5),
});

/** A market, whole: equal options give equal sales, byte by byte. `{}` is stationary, six behaviours, no dirt. */
export const marketOptionsSchema = z
  .strictObject({
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(42),
    /** Retailers that are open in the first month. */
    retailers: z.int().min(1).max(5_000_000).default(5000),
    from: month.default('2021-01'),
    to: month.default('2023-12'),
    products: z.int().min(1).max(100_000).default(200),
    /** How many behaviours are planted; 0 is a market without structure, one continuum. */
    behaviours: z.int().min(0).max(24).default(6),
    /** Ten archetypes far apart, taken in order; or drawn at random, so that they overlap. */
    kind: z.enum(['separated', 'random']).default('separated'),
    /** Multiplies how far retailers lie from their behaviour: above 1, behaviours overlap more. */
    spread: z.number().positive().max(5).default(1),
    /**
     * How far from Gaussian behaviours are: 0 not at all; 1 seasonal amplitude differs widely by retailer, and
     * breadth and activity bend with volume.
     */
    bend: share.default(0.3),
    /** Share of retailers without a behaviour: each is one of a kind. */
    noiseShare: share.default(0.1),
    /** Amplitude, in logs, of a year's wave that all retailers share; it peaks in December. */
    seasonality: z.number().min(0).max(2).default(0.1),
    /** Shops that open in each month after the first, as a share of `retailers`. */
    openings: z.number().min(0).max(0.2).default(0),
    /** Chance that an open shop closes for good, a month. */
    closures: z.number().min(0).max(0.2).default(0),
    drift: driftOptionsSchema.optional(),
    emerge: emergeOptionsSchema.optional(),
    split: splitOptionsSchema.optional(),
    merge: mergeOptionsSchema.optional(),
    switch: switchOptionsSchema.optional(),
    badMonth: badMonthOptionsSchema.optional(),
    dirt: dirtOptionsSchema.prefault({}),
  })
  .superRefine((options, context) => {
    const wrong = (path: PropertyKey[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    const first = monthIndex(options.from);
    const last = monthIndex(options.to);
    if (last < first) wrong(['to'], 'expected a month not before `from`');
    if (last - first >= 600) wrong(['to'], 'expected at most 600 months');

    const plants = ['drift', 'emerge', 'split', 'merge', 'switch', 'badMonth'] as const;
    for (const plant of plants) {
      const planted: AsOfMonth | undefined = options[plant]?.month;
      if (planted === undefined) continue;
      const index = monthIndex(planted);
      if (index <= first || index > last) {
        wrong([plant, 'month'], `expected a month after ${options.from} and not after ${options.to}`);
      }
    }

    const k = options.behaviours;
    const needed = k + (options.emerge === undefined ? 0 : 1);
    if (options.kind === 'separated' && needed > separatedBehaviourCount) {
      wrong(
        ['behaviours'],
        `${needed} behaviours are needed and there are ${separatedBehaviourCount} separated ones; kind "random" has no such limit`,
      );
    }
    const exists = (path: PropertyKey[], behaviour: number): void => {
      if (behaviour >= k) wrong(path, `expected a behaviour from 0 to ${k - 1}`);
    };
    if (options.split !== undefined) exists(['split', 'behaviour'], options.split.behaviour);
    if (options.merge !== undefined) {
      exists(['merge', 'from'], options.merge.from);
      exists(['merge', 'into'], options.merge.into);
      if (options.merge.from === options.merge.into) wrong(['merge', 'into'], 'expected another behaviour');
    }
    if (options.switch !== undefined && k < 2) {
      wrong(['switch'], `two behaviours are needed to switch between, there are ${k}`);
    }
  });

/** The options with every default filled in. */
export type MarketOptions = z.infer<typeof marketOptionsSchema>;
/** The options as people write them. */
export type MarketOptionsInput = z.input<typeof marketOptionsSchema>;
export type DirtOptions = z.infer<typeof dirtOptionsSchema>;
export type DirtReason = keyof DirtOptions;

/** Fills in the defaults. Throws InvalidInput, with every problem. */
export function parseMarketOptions(input: MarketOptionsInput): MarketOptions {
  return validate(marketOptionsSchema, input, {
    code: 'InvalidInput',
    where: 'market options',
    remedy: 'Correct the options named; docs/sample-data.md lists them all.',
  });
}
