import { type KeyedRandom } from './keyed-random.js';

/** `quantity` units in `parts` random parts of at least one unit (Dirichlet weights). @param parts at most `quantity` */
export function splitQuantity(quantity: number, parts: number, random: KeyedRandom): number[] {
  if (parts === 1) return [quantity];
  const weights: number[] = [];
  let sum = 0;
  for (let j = 0; j < parts; j++) {
    const weight = random.exponential();
    weights.push(weight);
    sum += weight;
  }
  const free = quantity - parts;
  let left = free;
  for (let j = 1; j < parts; j++) {
    const units = Math.floor((free * weights[j]!) / sum);
    weights[j] = units + 1;
    left -= units;
  }
  weights[0] = left + 1;
  return weights;
}
