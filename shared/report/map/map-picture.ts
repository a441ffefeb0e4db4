import { pngFontFamily, renderPng } from '../charts/render-png.js';
import { formatCount } from '../figures.js';
import { escapeHtml } from '../html.js';
import { type ColourToken, themeColours } from '../palette.js';
import { type ReportMap } from '../report-input.js';

export interface MapPictureLegend {
  readonly title: string;
  /** In the order of the map's places. */
  readonly segments: readonly { readonly label: string; readonly colour: ColourToken }[];
}

const size = { width: 1000, height: 720 };
/** Left, top, right, bottom of the map within the picture; the legend is to its right. */
const frame = { left: 24, top: 56, right: 740, bottom: 696 };
/** Positions are drawn to this many steps a unit, equal ones once. */
const steps = 2;

/** `segment-map.png`: every retailer as a dot in its segment's colour, those without a segment below the others. */
export function mapPicturePng(map: ReportMap, { title, segments }: MapPictureLegend): Uint8Array {
  const count = map.shopIds.length;
  const bounds = (values: ArrayLike<number>): readonly [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      low = Math.min(low, values[i]!);
      high = Math.max(high, values[i]!);
    }
    return count === 0 ? [0, 0] : [low, high];
  };
  const [left, right] = bounds(map.x);
  const [bottom, top] = bounds(map.y);
  const scale = Math.min(
    (frame.right - frame.left) / (right - left || 1),
    (frame.bottom - frame.top) / (top - bottom || 1),
  );
  const middle = [(frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2] as const;
  const at = (i: number): string => {
    const x = middle[0] + (map.x[i]! - (left + right) / 2) * scale;
    const y = middle[1] - (map.y[i]! - (bottom + top) / 2) * scale;
    return `M${Math.round(x * steps) / steps} ${Math.round(y * steps) / steps}h0`;
  };
  const members = new Map<number, Set<string>>();
  const sizes = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const place = map.segment[i]! < segments.length ? Math.max(-1, map.segment[i]!) : -1;
    sizes.set(place, (sizes.get(place) ?? 0) + 1);
    members.set(place, (members.get(place) ?? new Set()).add(at(i)));
  }
  const layers = [
    { place: -1, label: 'no segment', colour: 'noise' as ColourToken },
    ...segments.map((segment, place) => ({ place, ...segment })),
  ];
  const width = count > 20_000 ? 2 : count > 4_000 ? 2.6 : 4;
  const dots = layers.map(({ place, colour }) => {
    const path = [...(members.get(place) ?? [])].join('');
    return path === ''
      ? ''
      : `<path d="${path}" stroke="${themeColours[colour].light}" stroke-opacity=".65" stroke-width="${width}" stroke-linecap="round" fill="none"/>`;
  });
  const text = (x: number, y: number, words: string, fill: string, fontSize = 15, weight = 400): string =>
    `<text x="${x}" y="${y}" font-family="${pngFontFamily}" font-size="${fontSize}" font-weight="${weight}" fill="${fill}">${escapeHtml(words)}</text>`;
  const { ink, muted } = themeColours;
  const legend = [...layers.slice(1), layers[0]!].map(({ place, label, colour }, row) => {
    const y = frame.top + 24 + row * 44;
    return (
      `<circle cx="770" cy="${y - 5}" r="6" fill="${themeColours[colour].light}"/>` +
      text(784, y, shortened(label), ink.light) +
      text(784, y + 17, `${formatCount(sizes.get(place) ?? 0)} retailers`, muted.light, 12)
    );
  });
  return renderPng(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}">` +
      text(frame.left, 32, title, ink.light, 18) +
      dots.join('') +
      legend.join('') +
      '</svg>',
  );
}

function shortened(label: string): string {
  return label.length > 28 ? `${label.slice(0, 27)}…` : label;
}
