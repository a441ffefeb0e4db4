import { monthLetters } from '../figures.js';
import { type ColourToken, themeColours } from '../palette.js';
import { renderChart } from './server-chart.js';

/**
 * Seasonal course of a segment, January to December; `deviations` on the log scale. All segments share `bound`, the
 * largest deviation to be drawn, so that their curves can be compared.
 */
export function seasonChart(
  key: string,
  deviations: readonly number[],
  bound: number,
  colour: ColourToken,
): string {
  const hex = themeColours[colour].light;
  return renderChart(
    key,
    { width: 300, height: 84 },
    {
      grid: { left: 8, right: 8, top: 6, bottom: 20 },
      xAxis: {
        type: 'category',
        boundaryGap: false,
        data: monthLetters,
        axisLine: { onZero: false, show: false },
        axisTick: { show: false },
        axisLabel: {
          interval: 0,
          color: themeColours.muted.light,
          fontSize: 10,
          fontFamily: 'inherit',
          margin: 8,
        },
      },
      yAxis: { type: 'value', min: -bound, max: bound, show: false },
      series: [
        {
          type: 'line',
          silent: true,
          showSymbol: false,
          smooth: 0.25,
          lineStyle: { color: hex, width: 2 },
          areaStyle: { color: hex, opacity: 0.12, origin: 0 },
          data: [...deviations],
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: themeColours.line.light, type: 'solid', width: 1 },
            data: [{ yAxis: 0 }],
          },
        },
      ],
    },
  );
}
