import { fitPca, projectPca } from '../../controls/pca.js';
import { type Matrix } from '../../numeric/matrix.js';

/** Retailers in two dimensions, arrays in step. */
export interface PlacedRetailers {
  readonly shopIds: readonly string[];
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * First and second principal component of the latent space; where there is an earlier map, turned (and mirrored, but
 * never stretched) so that retailers in both lie as near as they can to where they were: orthogonal Procrustes in the
 * plane (Schönemann 1966), about the means of the common retailers.
 */
export function placeRetailers(
  shopIds: readonly string[],
  latent: Matrix,
  earlier?: PlacedRetailers,
): PlacedRetailers {
  const { rows } = latent;
  const x = new Float64Array(rows);
  const y = new Float64Array(rows);
  if (rows < 2) return { shopIds, x, y };
  const width = Math.min(2, latent.columns);
  const { data } = projectPca(fitPca(latent, width), latent);
  for (let i = 0; i < rows; i++) {
    x[i] = data[i * width]!;
    if (width > 1) y[i] = data[i * width + 1]!;
  }
  return earlier === undefined ? { shopIds, x, y } : alignedWith(earlier, { shopIds, x, y });
}

function alignedWith(earlier: PlacedRetailers, now: PlacedRetailers): PlacedRetailers {
  const was = new Map(earlier.shopIds.map((id, i) => [id, i]));
  const pairs = now.shopIds.flatMap((id, i) => {
    const before = was.get(id);
    return before === undefined ? [] : [[before, i] as const];
  });
  if (pairs.length < 3) return now;
  const mean = (values: Float64Array, side: 0 | 1): number =>
    pairs.reduce((sum, pair) => sum + values[pair[side]]!, 0) / pairs.length;
  const from = [mean(now.x, 1), mean(now.y, 1)] as const;
  const to = [mean(earlier.x, 0), mean(earlier.y, 0)] as const;
  // Cross-products of this map (rows) with the earlier one (columns).
  let [xx, xy, yx, yy] = [0, 0, 0, 0];
  for (const [before, i] of pairs) {
    const [a, b] = [now.x[i]! - from[0], now.y[i]! - from[1]];
    const [c, d] = [earlier.x[before]! - to[0], earlier.y[before]! - to[1]];
    xx += a * c;
    xy += a * d;
    yx += b * c;
    yy += b * d;
  }
  // The best rotation gains hypot(xx + yy, xy − yx), the best reflection hypot(xx − yy, xy + yx).
  const turn = Math.hypot(xx + yy, xy - yx);
  const flip = Math.hypot(xx - yy, xy + yx);
  if (turn === 0 && flip === 0) return now;
  const mirrored = flip > turn;
  const cosine = mirrored ? (xx - yy) / flip : (xx + yy) / turn;
  const sine = mirrored ? (xy + yx) / flip : (xy - yx) / turn;
  const x = new Float64Array(now.x.length);
  const y = new Float64Array(now.y.length);
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [now.x[i]! - from[0], now.y[i]! - from[1]];
    x[i] = to[0] + (mirrored ? cosine * a + sine * b : cosine * a - sine * b);
    y[i] = to[1] + (mirrored ? sine * a - cosine * b : sine * a + cosine * b);
  }
  return { shopIds: now.shopIds, x, y };
}
