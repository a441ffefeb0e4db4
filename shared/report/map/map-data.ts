import { scriptJson } from '../html.js';
import { type ReportMap } from '../report-input.js';

/** What the page's own script reads. Base64 of little-endian arrays, a value a drawn retailer. */
export interface MapData {
  readonly count: number;
  /** Retailers that the run has: more than `count` where only a sample is drawn. */
  readonly of: number;
  /** Uint16: 0…65535 over the longer side of the map, `y` upwards. */
  readonly x: string;
  readonly y: string;
  /** Uint8: place of the segment, 255 without; the previous segment likewise, 254 where unknown. */
  readonly segment: string;
  readonly previous?: string;
  /** Uint8: 0…255 for 0…1. */
  readonly strength?: string;
  /** Uint8: how many characters an ID shares with the one before it; `ids` holds the rest. */
  readonly shared: string;
  readonly ids: readonly string[];
}

const withoutSegment = 255;
const unknownSegment = 254;
const steps = 65_535;

function base64(array: Uint8Array | Uint16Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}

function place(segment: number): number {
  if (segment >= unknownSegment) return withoutSegment;
  return segment >= 0 ? segment : segment === -1 ? withoutSegment : unknownSegment;
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length, 255);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function encode(map: ReportMap, rows: readonly number[]): MapData {
  const bounds = (values: ArrayLike<number>): readonly [number, number] =>
    rows.reduce<[number, number]>(
      ([low, high], i) => [Math.min(low, values[i]!), Math.max(high, values[i]!)],
      [Infinity, -Infinity],
    );
  const [[left, right], [bottom, top]] = [bounds(map.x), bounds(map.y)];
  // One scale for both axes: distances on the map are distances.
  const extent = Math.max(right - left, top - bottom) || 1;
  const scaled = (values: ArrayLike<number>, low: number): string =>
    base64(Uint16Array.from(rows, (i) => Math.round(((values[i]! - low) / extent) * steps)));
  const ids = rows.map((i) => map.shopIds[i]!);
  const shared = Uint8Array.from(ids, (id, k) => (k === 0 ? 0 : sharedLength(ids[k - 1]!, id)));
  const { previousSegment, strength } = map;
  return {
    count: rows.length,
    of: map.shopIds.length,
    x: scaled(map.x, left),
    y: scaled(map.y, bottom),
    segment: base64(Uint8Array.from(rows, (i) => place(map.segment[i]!))),
    ...(previousSegment && {
      previous: base64(Uint8Array.from(rows, (i) => place(previousSegment[i]!))),
    }),
    ...(strength && { strength: base64(Uint8Array.from(rows, (i) => Math.round(strength[i]! * 255))) }),
    shared: base64(shared),
    ids: ids.map((id, k) => id.slice(shared[k])),
  };
}

/**
 * Packs the map into at most about `budget` bytes of JSON: all retailers where they fit, else every second, third, …,
 * in their order.
 */
export function mapData(map: ReportMap, budget = 2_400_000): MapData {
  const count = map.shopIds.length;
  for (let step = 1; ; step++) {
    const rows = Array.from({ length: Math.ceil(count / step) }, (_, k) => k * step);
    const data = encode(map, rows);
    if (rows.length <= 1 || Buffer.byteLength(scriptJson(data).text) <= budget) return data;
  }
}
