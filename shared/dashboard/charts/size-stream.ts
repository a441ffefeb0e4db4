import { renderChart, type ChartSize } from '../../report/charts/server-chart.js';
import { type ColourToken, themeColours } from '../../report/palette.js';

export interface SizeBand {
  readonly name: string;
  readonly colour: ColourToken;
  /** Retailers by month; 0 where the segment was not there. */
  readonly sizes: readonly number[];
}

/** Retailers by segment over the months, one on top of the other. */
export function sizeStream(
  key: string,
  months: readonly string[],
  bands: readonly SizeBand[],
  size: ChartSize,
): string {
  const text = { color: themeColours.muted.light, fontFamily: 'inherit', fontSize: 12 };
  return renderChart(key, size, {
    grid: { left: 56, right: 16, top: 12, bottom: 32 },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: [...months],
      axisLabel: { ...text, hideOverlap: true, alignMinLabel: 'left', alignMaxLabel: 'right' },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: themeColours.line.light } },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: text,
      splitLine: { lineStyle: { color: themeColours.line.light } },
    },
    series: bands.map(({ name, colour, sizes }) => ({
      type: 'line',
      name,
      silent: true,
      stack: 'retailers',
      symbol: 'none',
      lineStyle: { color: themeColours.page.light, width: 1 },
      itemStyle: { color: themeColours[colour].light },
      areaStyle: { color: themeColours[colour].light, opacity: 0.85 },
      data: [...sizes],
    })),
  });
}
