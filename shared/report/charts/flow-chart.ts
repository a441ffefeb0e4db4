import { type TransitionRow } from '../../stability/transition-matrix.js';
import { formatCount } from '../figures.js';
import { type ColourToken, themeColours } from '../palette.js';
import { type ChartSize, renderChart } from './server-chart.js';

export interface FlowStyle {
  readonly size: ChartSize;
  /** A state's name and colour: a segment, `noise` or `absent`. */
  readonly label: (state: string) => string;
  readonly colour: (state: string) => ColourToken;
}

/** Sankey diagram of retailers between the previous run (left) and this one (right). */
export function flowChart(key: string, rows: readonly TransitionRow[], style: FlowStyle): string {
  const total = (side: 'from' | 'to', state: string): number =>
    rows.reduce((sum, row) => sum + (row[side] === state ? row.retailers : 0), 0);
  const states = (side: 'from' | 'to'): string[] => [...new Set(rows.map((row) => row[side]))];
  const node = (side: 'from' | 'to', state: string) => ({
    name: `${side} ${state}`,
    depth: side === 'from' ? 0 : 1,
    itemStyle: { color: themeColours[style.colour(state)].light, borderWidth: 0 },
    label: {
      position: side === 'from' ? ('left' as const) : ('right' as const),
      formatter: `${style.label(state)}\n${formatCount(total(side, state))}`,
    },
  });
  const room = style.size.width > 500 ? 190 : 92;
  return renderChart(key, style.size, {
    series: [
      {
        type: 'sankey',
        silent: true,
        left: room,
        right: room,
        top: 16,
        bottom: 24,
        nodeWidth: 10,
        nodeGap: 10,
        layoutIterations: 0,
        label: {
          color: themeColours.ink.light,
          textBorderWidth: 0,
          fontFamily: 'inherit',
          fontSize: 12,
          width: room - 12,
          overflow: 'break',
          lineHeight: 16,
        },
        lineStyle: { color: 'source', opacity: 0.28, curveness: 0.5 },
        data: [
          ...states('from').map((state) => node('from', state)),
          ...states('to').map((state) => node('to', state)),
        ],
        links: rows.map(({ from, to, retailers }) => ({
          source: `from ${from}`,
          target: `to ${to}`,
          value: retailers,
        })),
      },
    ],
  });
}
