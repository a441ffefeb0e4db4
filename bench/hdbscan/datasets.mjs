/** Seeded points, so that every machine measures the same: sfc32 and Box–Muller. */
function random(seed) {
  let [a, b, c, counter] = [seed >>> 0, 0x9e3779b9, 0x243f6a88, 1];
  const next = () => {
    const t = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 20; i++) next();
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { uniform: next, normal };
}

/** Twenty Gaussian clusters of unlike size and width, and 10% uniform noise. */
export function blobs(n, d) {
  const { uniform, normal } = random(1000 + d);
  const clusters = Array.from({ length: 20 }, (_, k) => ({
    centre: Array.from({ length: d }, () => uniform() * 20 - 10),
    width: 0.25 + 0.08 * (k % 10),
  }));
  const data = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const cluster = clusters[Math.floor(uniform() ** 1.5 * clusters.length)];
    const noise = uniform() < 0.1;
    for (let j = 0; j < d; j++) {
      data[i * d + j] = noise ? uniform() * 24 - 12 : cluster.centre[j] + cluster.width * normal();
    }
  }
  return data;
}

/**
 * Columns as counts, sums and shares of sales are: exponentials of six latent behaviours and of noise of their own, some
 * mostly zero, each less its median and divided by its interquartile range, so that the tails are long.
 */
export function heavyTailed(n, d) {
  const { uniform, normal } = random(2000 + d);
  const latent = 6;
  const groups = Array.from({ length: 6 }, () => Array.from({ length: latent }, () => 1.5 * normal()));
  const loadings = Array.from({ length: d }, () => Array.from({ length: latent }, () => 0.45 * normal()));
  const zeros = Array.from({ length: d }, (_, j) => (j % 7 === 6 ? 0.4 : 0));
  const data = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const group = groups[Math.floor(uniform() ** 1.5 * groups.length)];
    const behaviour = group.map((mean) => mean + 0.5 * normal());
    for (let j = 0; j < d; j++) {
      const level =
        loadings[j].reduce((sum, loading, l) => sum + loading * behaviour[l], 0) + 0.35 * normal();
      data[i * d + j] = uniform() < zeros[j] ? 0 : Math.exp(level);
    }
  }
  for (let j = 0; j < d; j++) {
    const column = Float64Array.from({ length: n }, (_, i) => data[i * d + j]).sort();
    const quantile = (q) => column[Math.floor(q * (n - 1))];
    const range = quantile(0.75) - quantile(0.25) || 1;
    for (let i = 0; i < n; i++) data[i * d + j] = (data[i * d + j] - quantile(0.5)) / range;
  }
  return data;
}
