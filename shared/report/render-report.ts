import { monthInWords } from './figures.js';
import { html, trusted } from './html.js';
import { type ReportInput } from './report-input.js';
import { reportNames } from './report-names.js';
import { dataSection } from './sections/data.js';
import { firstScreen } from './sections/first-screen.js';
import { movement } from './sections/movement.js';
import { provenanceMarks, provenanceSection } from './sections/provenance.js';
import { segmentCards } from './sections/segment-cards.js';
import { segmentMap } from './sections/segment-map.js';
import { spaces } from './sections/spaces.js';
import { trainingSection } from './sections/training.js';
import { styleSheet } from './style-sheet.js';

/** Nothing may be fetched from anywhere; own script and style are inline. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * `report.html`: one page that needs nothing else. The same input gives the same bytes; all text that came from
 * outside (shop IDs, names, reasons) is escaped.
 */
export function renderReport(input: ReportInput): string {
  const names = reportNames(input);
  const moved = movement(input, names);
  const map = segmentMap(input, names);
  const links = [
    ['segments', 'Segments'],
    ...(moved ? [['movement', 'Movement']] : []),
    ...(map ? [['map', 'Map']] : []),
    ['spaces', 'Representation'],
    ['data', 'Data'],
    ['training', 'Training'],
    ['provenance', 'Provenance'],
  ];
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>Retailer segments, ${monthInWords(input.asOf)}</title>
        <style>
          ${trusted(styleSheet())}
        </style>
      </head>
      <body>
        <a class="skip" href="#segments">Skip to the segments</a>
        <nav aria-label="Sections">
          <div>${links.map(([id, label]) => html`<a href="#${id}">${label}</a>`)}</div>
        </nav>
        <main>
          ${firstScreen(input, names)} ${segmentCards(input, names)} ${moved} ${map} ${spaces(input, names)}
          ${dataSection(input)} ${trainingSection(input)}
          ${trusted(provenanceMarks.begin)}${provenanceSection(input)}${trusted(provenanceMarks.end)}
        </main>
      </body>
    </html> `;
  return page.text;
}
