/**
 * The pictures of docs/stability.md, from the figures of `npm run bench:stability -- --table --json FILE`:
 * `node bench/stability/plots.mjs FILE`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { renderChart } from '../../dist/shared/report/charts/server-chart.js';
import { themeColours } from '../../dist/shared/report/palette.js';
import { median } from './measures.mjs';

const figures = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const text = { color: themeColours.muted.light, fontFamily: 'sans-serif', fontSize: 12 };
const images = new URL('../../docs/images/', import.meta.url);
const of = (scenario, figure) =>
  (figures[scenario] ?? []).map(({ figures: found }) => found[figure]).filter((found) => found !== undefined);
/** Medians over seeds, month by month. */
const byMonth = (scenario, figure) => {
  const courses = of(scenario, figure);
  return (courses[0] ?? []).map((_, month) => median(courses.map((course) => course[month])));
};

function line(name, colour, data, points = false) {
  return {
    name,
    type: 'line',
    silent: true,
    data,
    showSymbol: points,
    symbol: 'circle',
    symbolSize: 8,
    lineStyle: { color: colour, width: points ? 0 : 2 },
    itemStyle: { color: colour },
    endLabel: { show: true, formatter: name, ...text, color: colour, distance: 8 },
  };
}

function draw(name, { title, labels, series, min }) {
  const svg = renderChart(
    name,
    { width: 680, height: 260 },
    {
      backgroundColor: themeColours.page.light,
      title: { text: title, left: 8, top: 6, textStyle: { ...text, fontSize: 13, fontWeight: 'bold' } },
      grid: { left: 44, right: 170, top: 40, bottom: 30 },
      xAxis: {
        type: 'category',
        data: labels,
        axisLabel: text,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: themeColours.line.light } },
      },
      yAxis: {
        type: 'value',
        min,
        max: 1,
        axisLabel: text,
        splitLine: { lineStyle: { color: themeColours.line.light } },
      },
      series,
    },
  );
  writeFileSync(new URL(`${name}.svg`, images), `${svg}\n`);
}

const { s0, s1, s2, muted } = Object.fromEntries(
  Object.entries(themeColours).map(([token, { light }]) => [token, light]),
);
const kept = byMonth('stationary', 'kept by month');
const plain = byMonth('stationary', 'plain: kept by month');
draw('stability-kept', {
  title: 'Stationary market: share of the retailers that keep their segment',
  labels: kept.map((_, month) => `${month + 2}`),
  min: 0.4,
  series: [
    line('stable-segments', s0, kept),
    line('plain pipeline', s1, plain),
    line('PCA in its place', muted, byMonth('stationary', 'PCA: kept by month')),
  ],
});

const markets = (figures.random ?? []).map(({ seed }) => `seed ${seed}`);
draw('stability-ari', {
  title: 'Random markets, overlapping behaviours: ARI to the planted truth',
  labels: markets,
  min: 0,
  series: [
    line('classifier told the truth', s2, of('random', 'supervised'), true),
    line('stable-segments', s0, of('random', 'ARI to truth'), true),
    line('latent HDBSCAN', s1, of('random', 'latent HDBSCAN ARI'), true),
  ],
});

const found = byMonth('switching', 'found by month');
draw('stability-switching', {
  title: 'A tenth of the retailers switches: share of them found as moved',
  labels: found.map((_, month) => (month === 0 ? 'before' : `month ${month}`)),
  min: 0,
  series: [line('found', s0, found)],
});
