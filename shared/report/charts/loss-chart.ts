import { type EpochLoss } from '../../autoencoder/loss-csv.js';
import { themeColours } from '../palette.js';
import { type ChartSize, renderChart } from './server-chart.js';

const colours = {
  ink: themeColours.ink.light,
  muted: themeColours.muted.light,
  line: themeColours.line.light,
};

/** Training and validation loss by epoch, the kept epoch marked; SVG. */
export function lossChart(
  losses: readonly EpochLoss[],
  bestEpoch: number,
  {
    size = { width: 720, height: 320 },
    fontFamily = 'inherit',
  }: { size?: ChartSize; fontFamily?: string } = {},
): string {
  const validated = losses.some(({ validation }) => validation !== null);
  const text = { color: colours.muted, fontFamily, fontSize: 12 };
  const line = (name: string, colour: string, dash: 'solid' | 'dashed', values: (number | null)[]) => ({
    type: 'line' as const,
    name,
    silent: true,
    showSymbol: false,
    lineStyle: { color: colour, width: 2, type: dash },
    itemStyle: { color: colour },
    endLabel: { show: true, formatter: name, color: colour, fontFamily, fontSize: 12, distance: 6 },
    labelLayout: { moveOverlap: 'shiftY' as const },
    data: losses.map(({ epoch }, i) => [epoch, values[i]!]),
  });
  const training = line(
    'training',
    themeColours.s1.light,
    'dashed',
    losses.map(({ train }) => train),
  );
  const validation = line(
    'validation',
    themeColours.s0.light,
    'solid',
    losses.map((loss) => loss.validation),
  );
  const mark = {
    silent: true,
    symbol: 'none',
    lineStyle: { color: colours.muted, type: 'dotted' as const, width: 1 },
    label: { formatter: `kept: epoch ${bestEpoch}`, ...text },
    data: [{ xAxis: bestEpoch }],
  };
  return renderChart('loss', size, {
    grid: { left: 52, right: 84, top: 28, bottom: 40 },
    xAxis: {
      type: 'value',
      min: losses[0]?.epoch ?? 0,
      max: losses.at(-1)?.epoch ?? 1,
      minInterval: 1,
      name: 'epoch',
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: text,
      axisLabel: text,
      axisLine: { show: true, lineStyle: { color: colours.line } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      scale: true,
      axisLabel: text,
      splitNumber: 4,
      splitLine: { lineStyle: { color: colours.line } },
      name: 'mean squared error',
      nameTextStyle: { ...text, align: 'left', padding: [0, 0, 0, -44] },
      nameGap: 12,
    },
    series: [{ ...training, markLine: mark }, ...(validated ? [validation] : [])],
  });
}
