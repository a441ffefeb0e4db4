import { KeyedRandom } from './keyed-random.js';

/** What the market sells: products by popularity (Zipf), each at a price. */
export interface Assortment {
  /** `P` and at least four digits: the order of texts is the order of numbers. */
  readonly productIds: readonly string[];
  /** Price a unit. */
  readonly prices: Float64Array;
  /** The products that a retailer takes up, one after the other, all different: popular ones tend to come first. */
  preferences(retailer: number): Preferences;
}

export interface Preferences {
  /** The retailer's j-th choice, a product's number. @param j 0 to products − 1 */
  choice(j: number): number;
}

// Popularity falls as 1 / rank^0.8: flatter than Zipf's own 1, as in a chosen range.
const zipfExponent = 0.8;
const triesBeforeFallback = 50;

export function createAssortment(seed: number, products: number): Assortment {
  const digits = Math.max(4, String(products).length);
  const productIds = Array.from({ length: products }, (_, p) => `P${String(p + 1).padStart(digits, '0')}`);

  const random = new KeyedRandom(seed, 'products');
  const prices = new Float64Array(products);
  for (let p = 0; p < products; p++) prices[p] = Math.exp(1.1 + 0.6 * random.at(p).normal());

  const cumulative = new Float64Array(products);
  let sum = 0;
  for (let p = 0; p < products; p++) {
    sum += Math.exp(-zipfExponent * Math.log(p + 1));
    cumulative[p] = sum;
  }
  const popular = (uniform: number): number => {
    let low = 0;
    let high = products - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > uniform * sum) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  return {
    productIds,
    prices,
    preferences(retailer) {
      const draws = new KeyedRandom(seed, 'preferences').at(retailer);
      const chosen: number[] = [];
      const taken = new Set<number>();
      const takeNext = (): void => {
        for (let tries = 0; tries < triesBeforeFallback; tries++) {
          const product = popular(draws.uniform());
          if (taken.has(product)) continue;
          taken.add(product);
          chosen.push(product);
          return;
        }
        // Nearly everything popular is taken: the most popular of what is left.
        let product = 0;
        while (taken.has(product)) product++;
        taken.add(product);
        chosen.push(product);
      };
      return {
        choice(j) {
          while (chosen.length <= j) takeNext();
          return chosen[j]!;
        },
      };
    },
  };
}
