import { hashText } from '../numeric/seeded-random.js';

/** Spreads a 32-bit hash evenly: the finaliser of MurmurHash3 (Appleby). FNV alone is uneven on short texts. */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Whether a retailer validates (rather than trains): the same in every run, and still so when `share` grows. */
export function isHeldOut(shopId: string, share: number): boolean {
  return mix(hashText(`validation/${shopId}`)) < share * 2 ** 32;
}
