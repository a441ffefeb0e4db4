import { CustomChart, LineChart, SankeyChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([
  CustomChart,
  LineChart,
  SankeyChart,
  GridComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

export type ChartOption = Parameters<echarts.ECharts['setOption']>[0];

export interface ChartSize {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** What only a live chart needs, and numbers that count the charts of this process. */
function withoutLiveParts(svg: string, key: string): string {
  return svg
    .replace(/ ecmeta_[a-z_]+="[^"]*"/g, '')
    .replace(/ class="zr\d+-cls-\d+"/g, '')
    .replace(/<style >[\s\S]*?<\/style>\s*/g, '')
    .replace(/zr\d+-/g, `${key}-`)
    .replace(/\n+/g, '');
}

/**
 * Draws a chart on the server: the same option and key give the same SVG. `key` has to be unique in the page that the
 * chart goes into.
 */
export function renderChart(key: string, size: ChartSize, option: ChartOption): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, ...(option as object) });
    return withoutLiveParts(chart.renderToSVGString({ useViewBox: true }), key);
  } finally {
    // A chart that is left alive keeps the process from ending.
    chart.dispose();
  }
}
