import { type ColourToken, themeColours } from '../palette.js';
import { type ChartSize, renderChart } from './server-chart.js';

/** A line without axes, its last value marked; gaps where a value is missing. */
export function sparkline(
  key: string,
  values: readonly (number | null)[],
  colour: ColourToken = 'accent',
  size: ChartSize = { width: 120, height: 32 },
): string {
  const hex = themeColours[colour].light;
  const last = values.length - 1;
  return renderChart(key, size, {
    grid: { left: 4, right: 4, top: 5, bottom: 5 },
    xAxis: { type: 'category', boundaryGap: false, show: false, data: values.map((_, i) => i) },
    yAxis: { type: 'value', scale: true, show: false },
    series: [
      {
        type: 'line',
        silent: true,
        symbol: 'circle',
        symbolSize: (_value: unknown, { dataIndex }: { dataIndex: number }) => (dataIndex === last ? 5 : 0),
        showAllSymbol: true,
        lineStyle: { color: hex, width: 1.5 },
        itemStyle: { color: hex, borderWidth: 0 },
        data: values.map((value) => value ?? '-'),
      },
    ],
  });
}
