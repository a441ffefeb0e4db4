import { type AsOfMonth } from '../contracts/as-of-month.js';
import { type PlantedRetailer } from './plant-retailer.js';

export const truthHeader = 'shop_id,behaviour,opened,closed,switched,from,to,cause\n';

/**
 * A retailer's truth: its behaviour in its first month (−1 for none), first and last month open (the last empty
 * while it is open), and its latest change of behaviour (empty without one).
 */
export function truthLine(retailer: PlantedRetailer, months: readonly AsOfMonth[]): string {
  const { shopId, behaviour, opened, closed, changes } = retailer;
  const change = changes.at(-1);
  const changed =
    change === undefined ? ',,,' : `${months[change.offset]!},${change.from},${change.to},${change.cause}`;
  return `${shopId},${behaviour},${months[opened]!},${closed === undefined ? '' : months[closed]!},${changed}\n`;
}
