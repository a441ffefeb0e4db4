import { renderChart, type ChartSize } from '../../report/charts/server-chart.js';
import { themeColours } from '../../report/palette.js';

export interface MetricLine {
  readonly months: readonly string[];
  readonly values: readonly (number | null)[];
  /** What the gate asks for, drawn as a dotted line. */
  readonly limit?: number;
  readonly format: (value: number) => string;
  /** Fixed ends of the scale; without them, those of the values. */
  readonly range?: readonly [number, number];
}

/** One measure over the months. */
export function metricLine(key: string, line: MetricLine, size: ChartSize): string {
  const text = { color: themeColours.muted.light, fontFamily: 'inherit', fontSize: 11 };
  return renderChart(key, size, {
    grid: { left: 46, right: 14, top: 12, bottom: 28 },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: [...line.months],
      axisLabel: { ...text, hideOverlap: true, alignMinLabel: 'left', alignMaxLabel: 'right' },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: themeColours.line.light } },
    },
    yAxis: {
      type: 'value',
      ...(line.range
        ? { min: line.range[0], max: line.range[1], interval: (line.range[1] - line.range[0]) / 2 }
        : { min: 0 }),
      splitNumber: 3,
      axisLabel: { ...text, formatter: (value: number) => line.format(value) },
      splitLine: { lineStyle: { color: themeColours.line.light } },
    },
    series: [
      {
        type: 'line',
        silent: true,
        symbol: 'circle',
        symbolSize: 5,
        lineStyle: { color: themeColours.accent.light, width: 2 },
        itemStyle: { color: themeColours.accent.light, borderWidth: 0 },
        data: line.values.map((value) => value ?? '-'),
        ...(line.limit !== undefined && {
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: themeColours.bad.light, type: 'dotted', width: 1.5 },
            data: [{ yAxis: line.limit }],
          },
        }),
      },
    ],
  });
}
