import { type CustomSeriesOption } from 'echarts/charts';
import { type ReportTreeCluster } from '../report-input.js';
import { themeColours, type ColourToken } from '../palette.js';
import { type ChartSize, renderChart } from './server-chart.js';

interface Placed extends ReportTreeCluster {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Room that each level of the tree loses at its sides, as a share of its width, so that siblings stand apart. */
const margin = 0.04;

/** Where each cluster stands: within its parent, siblings side by side, as wide as they have retailers. */
function place(tree: readonly ReportTreeCluster[]): Placed[] {
  const least = Math.min(...tree.slice(1).map(({ birth }) => birth), tree[0]?.death ?? 1);
  const placed: Placed[] = [];
  const free = new Map<number, number>();
  /** Share of a cluster's width that none of its children has: half of it is left on each side. */
  const slack = (parent: number): number =>
    1 - tree.reduce((sum, child) => sum + (child.parent === parent ? child.size : 0), 0) / tree[parent]!.size;
  tree.forEach((cluster, c) => {
    const parent = placed[cluster.parent];
    const share = cluster.size / (tree[cluster.parent]?.size ?? cluster.size);
    const room = parent === undefined ? 1 : parent.right - parent.left;
    const from =
      parent === undefined
        ? 0
        : (free.get(cluster.parent) ?? parent.left + (room * slack(cluster.parent)) / 2);
    const to = from + room * share;
    if (parent !== undefined) free.set(cluster.parent, to);
    const gap = parent === undefined ? 0 : (to - from) * margin;
    placed[c] = {
      ...cluster,
      left: from + gap,
      right: to - gap,
      top: Math.log(parent === undefined ? least / 2 : cluster.birth),
      bottom: Math.log(Math.max(cluster.death, cluster.birth)),
    };
  });
  return placed;
}

/**
 * The condensed tree from above: each group of retailers as wide as it is large, from the density at which it splits
 * off to that at which its last retailer leaves; those chosen as clusters in colour.
 */
export function treeChart(
  tree: readonly ReportTreeCluster[],
  colourOf: (segment: string) => ColourToken,
  size: ChartSize,
): string {
  const placed = place(tree);
  const colour = ({ chosen, segment }: Placed): string =>
    themeColours[!chosen ? 'noise' : segment === undefined ? 'accent' : colourOf(segment)].light;
  const renderItem: CustomSeriesOption['renderItem'] = (_params, api) => {
    const cluster = placed[api.value(2) as number]!;
    const [x, y] = api.coord([cluster.left, cluster.top]) as [number, number];
    const [right, bottom] = api.coord([cluster.right, cluster.bottom]) as [number, number];
    return {
      type: 'rect',
      shape: { x, y, width: Math.max(1, right - x), height: Math.max(1.5, bottom - y - 1) },
      style: { fill: colour(cluster), opacity: cluster.chosen ? 0.9 : 0.35 },
    };
  };
  const text = { color: themeColours.muted.light, fontFamily: 'inherit', fontSize: 12 };
  return renderChart('tree', size, {
    grid: { left: 8, right: 8, top: 24, bottom: 24 },
    xAxis: { type: 'value', min: 0, max: 1, show: false },
    yAxis: {
      type: 'value',
      inverse: true,
      min: Math.min(...placed.map(({ top }) => top)),
      max: Math.max(...placed.map(({ bottom }) => bottom)),
      axisLabel: { show: false },
      axisTick: { show: false },
      axisLine: { show: false },
      splitLine: { show: false },
    },
    title: [
      { text: 'sparse', left: 0, top: 0, textStyle: { ...text, fontWeight: 'normal' } },
      { text: 'dense', left: 0, bottom: 0, textStyle: { ...text, fontWeight: 'normal' } },
    ],
    series: [
      {
        type: 'custom',
        silent: true,
        renderItem,
        data: placed.map(({ left, top }, c) => [left, top, c]),
      },
    ],
  });
}
