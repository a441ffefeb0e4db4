import { themeColours } from '../palette.js';
import { renderChart } from './server-chart.js';

const size = { width: 300, height: 96 };

/**
 * Two histograms of one figure on each other: before as an area, now as a line. Shares of each side's retailers, so that
 * runs of different size can be compared.
 */
export function driftChart(key: string, before: readonly number[], now: readonly number[]): string {
  const shares = (counts: readonly number[]): number[] => {
    const sum = counts.reduce((total, each) => total + each, 0);
    // Four digits are a hundredth of a pixel, and keep the page small.
    return counts.map((each) => Math.round((10_000 * each) / sum) / 10_000);
  };
  const step = { type: 'line', step: 'middle', silent: true, showSymbol: false } as const;
  return renderChart(key, size, {
    grid: { left: 2, right: 2, top: 4, bottom: 4 },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: before.map((_, i) => i),
      axisTick: { show: false },
      axisLabel: { show: false },
      axisLine: { lineStyle: { color: themeColours.line.light } },
    },
    yAxis: { type: 'value', min: 0, show: false },
    series: [
      {
        ...step,
        lineStyle: { width: 0 },
        areaStyle: { color: themeColours.noise.light, opacity: 0.55 },
        data: shares(before),
      },
      { ...step, lineStyle: { color: themeColours.accent.light, width: 1.75 }, data: shares(now) },
    ],
  });
}
