import { reportContent, type RunContent } from './content/report-content.js';
import { monthInWords } from './figures.js';
import { mapPicturePng } from './map/map-picture.js';
import { type PlacedRetailers } from './map/place-retailers.js';
import { renderReport } from './render-report.js';
import { reportNames } from './report-names.js';

export interface DrawnReport {
  /** `report.html`. */
  readonly html: string;
  /** `segment-map.png`. */
  readonly mapPng: Uint8Array;
  /** Where the map places every retailer: the next run's map is aligned with it. */
  readonly placed: PlacedRetailers;
}

/** Draws what people see of a run: the same content gives the same bytes. */
export function drawReport(content: RunContent): DrawnReport {
  const { input, placed } = reportContent(content);
  const names = reportNames(input);
  return {
    html: renderReport(input),
    mapPng: mapPicturePng(input.map!, {
      title: `Retailers by segment, ${monthInWords(input.asOf)}`,
      segments: input.segments.map(({ id }) => ({ label: names.full(id), colour: names.colour(id) })),
    }),
    placed,
  };
}
