import { marketMonths } from './market-months.mjs';
import { configSchema } from '../../dist/shared/contracts/config.js';
import { applyScaler, fitScaler } from '../../dist/shared/features/scaler.js';
import { clusterByMixture } from '../../dist/shared/clustering/cluster-by-mixture.js';
import { truthAri } from './measures.mjs';
import { writeFileSync } from 'node:fs';
import v8 from 'node:v8';
const monthOf = (index) => `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
const last = 2023 * 12 + 11;
const asOfs = (count) => Array.from({ length: count }, (_, i) => monthOf(last - count + 1 + i));
const [name, json, count] = process.argv.slice(2);
const o = JSON.parse(json);
const t0 = Date.now();
const months = await marketMonths(o, asOfs(Number(count)));
console.log('market', Date.now() - t0);
const config = configSchema.parse({});
let model; const out = [];
for (const m of months) {
  const t = Date.now();
  const scaler = fitScaler(m.table, config.scaling);
  const { matrix, names } = applyScaler(scaler, m.table, 'shape');
  const mix = clusterByMixture({ input: matrix, featureNames: names, config: config.mixture, seed: 42, previous: model }, () => {});
  model = mix.model;
  console.log(m.asOf, m.shopIds.length, mix.components, truthAri(mix.labels, m.truth).toFixed(3), Date.now() - t);
  out.push({ asOf: m.asOf, shopIds: m.shopIds, truth: m.truth, labels: mix.labels, courses: m.courses, offset: m.offset, changes: m.retailers.map((r) => r.changes), model: mix.model, scaled: matrix, names });
}
writeFileSync(`/tmp/steady/${name}.v8`, v8.serialize(out));
