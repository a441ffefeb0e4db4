import { type Config } from '../contracts/config.js';

/** How much retailers' months count beside the space in which the method finds its clusters. */
export function monthsWeight(config: Config['courses'], method: 'hdbscan' | 'mixture'): number {
  return method === 'hdbscan' ? config.latentWeight : config.weight;
}
