import { formatCount } from '../figures.js';
import { html, type Html, scriptJson, trusted } from '../html.js';
import { mapData } from '../map/map-data.js';
import { mapScript } from '../map/map-script.js';
import { type ReportInput } from '../report-input.js';
import { type ReportNames } from '../report-names.js';

/** The interactive map; nothing where the run has none. */
export function segmentMap(input: ReportInput, names: ReportNames): Html | false {
  const { map, segments } = input;
  if (map === undefined || map.shopIds.length === 0) return false;
  const data = mapData(map);
  const legend = segments.map(({ id, name }) => ({ id, name, colour: names.colour(id) }));
  const sampled = data.count < data.of;
  return html`<section id="map" aria-labelledby="map-title">
    <h2 id="map-title">Map of retailers</h2>
    <p class="lead">
      Retailers that behave alike lie close together: ${map.axes}.
      ${
        sampled
          ? `${formatCount(data.count)} of ${formatCount(data.of)} retailers are drawn.`
          : `${formatCount(data.count)} retailers.`
      }
    </p>
    <div class="map-tools">
      <form id="map-search" role="search">
        <label for="map-query">Find a retailer</label>
        <input id="map-query" type="search" autocomplete="off" spellcheck="false" placeholder="shop_id" />
        <button type="submit">Find</button>
      </form>
      ${
        data.previous !== undefined &&
        html`<label class="check"><input type="checkbox" id="map-moved" /> only those that moved</label>`
      }
    </div>
    <div class="map-frame">
      <canvas
        id="map-canvas"
        tabindex="0"
        role="img"
        aria-label="Map of ${formatCount(data.count)} retailers, coloured by segment. Arrow keys move, plus and minus zoom, 0 shows everything; the search field finds a retailer."
      ></canvas>
      <div class="map-zoom" role="group" aria-label="Zoom">
        <button type="button" id="map-in" aria-label="Zoom in">+</button>
        <button type="button" id="map-out" aria-label="Zoom out">−</button>
        <button type="button" id="map-all" aria-label="Show everything">⤢</button>
      </div>
      <div id="map-tip" class="tip" hidden></div>
    </div>
    <p id="map-found" class="found" role="status"></p>
    <div class="legend" role="group" aria-label="Show only one segment">
      <button type="button" data-segment="all" aria-pressed="true">all</button>
      ${legend.map(
        ({ id, colour, name }, place) =>
          html`<button
            type="button"
            data-segment="${place}"
            aria-pressed="false"
            style="--own:var(--${colour})"
          >
            <span class="dot" aria-hidden="true"></span>${name}<span class="id">${id}</span>
          </button>`,
      )}
      <button type="button" data-segment="255" aria-pressed="false" style="--own:var(--noise)">
        <span class="dot" aria-hidden="true"></span>no segment
      </button>
    </div>
    <noscript><p>The map needs JavaScript; everything else on this page does not.</p></noscript>
    <script type="application/json" id="map-data">
      ${scriptJson({ ...data, legend })}
    </script>
    <script>
      ${trusted(mapScript)};
    </script>
  </section>`;
}
