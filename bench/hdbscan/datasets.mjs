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
 * The 29 classic features of made-up retailers: mean quantity and mean number of products for each calendar month,
 * coefficients of variation, entropy, growth; each less its median and divided by its interquartile range, so that the
 * columns go together and have long tails.
 */
export function classicFeatures(n) {
  const d = 29;
  const months = 36;
  const { uniform, normal } = random(2029);
  const groups = Array.from({ length: 6 }, (_, g) => {
    const [peak, swing] = [uniform() * 12, 0.2 + 0.5 * uniform()];
    return {
      season: Array.from({ length: 12 }, (_, m) => swing * Math.cos((2 * Math.PI * (m - peak)) / 12)),
      growth: 0.1 * (g - 3),
    };
  });
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variation = (values) => {
    const centre = mean(values);
    return centre ? Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) / centre : 0;
  };
  const growthOf = (values) => {
    const years = [0, 12, 24].map((from) => mean(values.slice(from, from + 12)));
    return years[0] && years[1] ? mean([years[1] / years[0] - 1, years[2] / years[1] - 1]) : 0;
  };
  const data = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const { season, growth } = groups[Math.floor(uniform() * groups.length)];
    const level = 2.5 + 1.2 * normal();
    const [noise, breadth] = [0.3 + 0.3 * uniform(), 0.3 + 0.1 * normal()];
    const open = uniform() < 0.5 ? 1 : 0.5 + 0.5 * uniform();
    const quantity = [];
    const products = [];
    for (let t = 0; t < months; t++) {
      const expected = level + season[t % 12] + (growth * t) / 12 + noise * normal();
      const sold = uniform() < open ? Math.round(Math.exp(expected)) : 0;
      const kinds = Math.round(Math.exp(breadth * level + 0.2 * normal()));
      quantity.push(sold);
      products.push(sold === 0 ? 0 : Math.max(1, Math.min(sold, kinds)));
    }
    for (let m = 0; m < 12; m++) {
      data[i * d + m] = mean([quantity[m], quantity[m + 12], quantity[m + 24]]);
      data[i * d + 12 + m] = mean([products[m], products[m + 12], products[m + 24]]);
    }
    const total = mean(quantity) * months || 1;
    const entropy = quantity.reduce(
      (sum, sold) => (sold ? sum - (sold / total) * Math.log(sold / total) : sum),
      0,
    );
    const rest = [variation(quantity), variation(products), entropy / Math.log(months)];
    data.set([...rest, growthOf(quantity), growthOf(products)], i * d + 24);
  }
  for (let j = 0; j < d; j++) {
    const column = Float64Array.from({ length: n }, (_, i) => data[i * d + j]).sort();
    const quantile = (q) => column[Math.floor(q * (n - 1))];
    const range = quantile(0.75) - quantile(0.25) || 1;
    for (let i = 0; i < n; i++) data[i * d + j] = (data[i * d + j] - quantile(0.5)) / range;
  }
  return data;
}
