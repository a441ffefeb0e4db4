/**
 * The map's own script: plain JavaScript that runs in the page as it is, reads `#map-data` and draws on a canvas.
 * Text from the data only ever becomes text nodes.
 */
export const mapScript = String.raw`
(() => {
  'use strict';
  const data = JSON.parse(document.getElementById('map-data').textContent);
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const words = (text) => {
    const view = new DataView(bytes(text).buffer);
    return Uint16Array.from({ length: view.byteLength / 2 }, (_, i) => view.getUint16(i * 2, true));
  };
  const xs = words(data.x), ys = words(data.y), segment = bytes(data.segment);
  const previous = data.previous && bytes(data.previous);
  const strength = data.strength && bytes(data.strength);
  const shared = bytes(data.shared);
  const ids = [];
  for (let i = 0; i < data.count; i++) ids.push((i ? ids[i - 1].slice(0, shared[i]) : '') + data.ids[i]);
  const place = new Map(ids.map((id, i) => [id, i]));

  const canvas = document.getElementById('map-canvas');
  const tip = document.getElementById('map-tip');
  const found = document.getElementById('map-found');
  const moved = document.getElementById('map-moved');
  const query = document.getElementById('map-query');
  const legend = [...document.querySelectorAll('[data-segment]')];
  const context = canvas.getContext('2d');
  const none = 255, unknown = 254;

  let width = 0, height = 0, fit = 1, zoom = 1, left = 0, bottom = 0, only = 'all', marked = -1, frame = 0;
  // All but the outermost: a few strays should not shrink the rest.
  const span = (values) => {
    const sorted = values.slice().sort();
    const low = sorted[Math.floor(data.count * 0.005)], high = sorted[Math.ceil(data.count * 0.995) - 1];
    return { low, size: Math.max(1, high - low) };
  };
  const spanX = span(xs), spanY = span(ys);

  const scale = () => fit * zoom;
  const toX = (i) => (xs[i] - left) * scale();
  const toY = (i) => height - (ys[i] - bottom) * scale();
  const hasMoved = (i) => previous[i] !== unknown && previous[i] !== segment[i];
  const shown = (i) => (only === 'all' || segment[i] === only) && (!moved || !moved.checked || hasMoved(i));
  const nameOf = (s) => (s === none ? 'no segment' : s === unknown ? 'unknown' : data.legend[s].name + ' (' + data.legend[s].id + ')');

  function home() {
    const margin = 24;
    fit = Math.min((width - 2 * margin) / spanX.size, (height - 2 * margin) / spanY.size);
    zoom = 1;
    left = spanX.low + spanX.size / 2 - width / 2 / fit;
    bottom = spanY.low + spanY.size / 2 - height / 2 / fit;
    draw();
  }

  function paint() {
    frame = 0;
    const css = getComputedStyle(document.documentElement);
    const colour = (token) => css.getPropertyValue('--' + token).trim();
    const ratio = canvas.width / width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const crowd = data.count > 20000 ? 1.6 : data.count > 4000 ? 2.2 : 3.2;
    const size = Math.min(7, crowd * Math.sqrt(zoom));
    const layers = new Map();
    let visible = 0;
    for (let i = 0; i < data.count; i++) {
      const on = shown(i);
      if (on) visible++;
      const layer = on ? segment[i] : -1;
      if (!layers.has(layer)) layers.set(layer, []);
      layers.get(layer).push(i);
    }
    const order = [...layers.keys()].sort((a, b) => (a === -1 ? -2 : a === none ? -1 : a) - (b === -1 ? -2 : b === none ? -1 : b));
    for (const layer of order) {
      context.fillStyle = layer === -1 ? colour('line') : layer === none ? colour('noise') : colour(data.legend[layer].colour);
      context.globalAlpha = layer === -1 ? 0.6 : layer === none ? 0.45 : 0.72;
      for (const i of layers.get(layer)) {
        const x = toX(i), y = toY(i);
        if (x < -8 || y < -8 || x > width + 8 || y > height + 8) continue;
        context.fillRect(x - size / 2, y - size / 2, size, size);
      }
    }
    context.globalAlpha = 1;
    if (marked >= 0) {
      context.strokeStyle = colour('ink');
      context.lineWidth = 2;
      context.beginPath();
      context.arc(toX(marked), toY(marked), 10, 0, 7);
      context.stroke();
    }
    canvas.dataset.visible = String(visible);
  }
  function draw() { if (!frame) frame = requestAnimationFrame(paint); }

  function resize() {
    const box = canvas.getBoundingClientRect();
    if (!box.width || (box.width === width && box.height === height)) return;
    width = box.width;
    height = box.height;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    home();
  }

  function zoomAt(factor, x, y) {
    const wanted = Math.min(60, Math.max(0.4, zoom * factor));
    const worldX = left + x / scale(), worldY = bottom + (height - y) / scale();
    zoom = wanted;
    left = worldX - x / scale();
    bottom = worldY - (height - y) / scale();
    tip.hidden = true;
    draw();
  }
  function pan(x, y) { left -= x / scale(); bottom += y / scale(); tip.hidden = true; draw(); }

  function nearest(x, y) {
    let best = -1, least = 14 * 14;
    for (let i = 0; i < data.count; i++) {
      if (!shown(i)) continue;
      const dx = toX(i) - x, dy = toY(i) - y, d = dx * dx + dy * dy;
      if (d < least) { least = d; best = i; }
    }
    return best;
  }

  function describe(i) {
    let text = nameOf(segment[i]);
    if (strength && segment[i] !== none) text += ', strength ' + (strength[i] / 255).toFixed(2);
    if (previous && hasMoved(i)) text += '; before: ' + nameOf(previous[i]);
    return text;
  }
  function showTip(i, x, y) {
    tip.replaceChildren();
    const id = document.createElement('strong'), text = document.createElement('span');
    id.textContent = ids[i];
    text.textContent = describe(i);
    tip.append(id, text);
    tip.hidden = false;
    tip.style.left = Math.max(8, Math.min(x + 14, width - tip.offsetWidth - 8)) + 'px';
    tip.style.top = Math.max(8, Math.min(y + 14, height - tip.offsetHeight - 8)) + 'px';
  }

  function find(id) {
    const i = place.get(id);
    marked = i === undefined ? -1 : i;
    if (i === undefined) {
      found.textContent = id === '' ? '' : 'No retailer ' + id + ' on this map' + (data.count < data.of ? ', which draws ' + data.count + ' of ' + data.of : '') + '.';
    } else {
      choose('all');
      if (moved) moved.checked = false;
      found.textContent = id + ': ' + describe(i) + '.';
      zoom = Math.max(zoom, 5);
      left = xs[i] - width / 2 / scale();
      bottom = ys[i] - height / 2 / scale();
    }
    tip.hidden = true;
    draw();
  }

  function choose(which) {
    only = which;
    for (const button of legend) button.setAttribute('aria-pressed', String(button.dataset.segment === String(which)));
    draw();
  }

  let drag = null;
  canvas.addEventListener('pointerdown', (event) => {
    drag = { x: event.clientX, y: event.clientY };
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.add('dragging');
  });
  const drop = () => { drag = null; canvas.classList.remove('dragging'); };
  canvas.addEventListener('pointerup', drop);
  canvas.addEventListener('pointercancel', drop);
  canvas.addEventListener('pointermove', (event) => {
    if (drag) {
      pan(event.clientX - drag.x, event.clientY - drag.y);
      drag = { x: event.clientX, y: event.clientY };
      return;
    }
    const i = nearest(event.offsetX, event.offsetY);
    if (i < 0) tip.hidden = true;
    else showTip(i, toX(i), toY(i));
  });
  canvas.addEventListener('pointerleave', () => { tip.hidden = true; });
  canvas.addEventListener('wheel', (event) => {
    // Plain scrolling stays the page's; pinching and Ctrl zoom the map.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomAt(Math.exp(-event.deltaY / 200), event.offsetX, event.offsetY);
  }, { passive: false });
  canvas.addEventListener('dblclick', (event) => zoomAt(2, event.offsetX, event.offsetY));
  canvas.addEventListener('keydown', (event) => {
    const keys = {
      ArrowLeft: () => pan(40, 0), ArrowRight: () => pan(-40, 0), ArrowUp: () => pan(0, 40), ArrowDown: () => pan(0, -40),
      '+': () => zoomAt(1.5, width / 2, height / 2), '=': () => zoomAt(1.5, width / 2, height / 2),
      '-': () => zoomAt(1 / 1.5, width / 2, height / 2), 0: home,
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.getElementById('map-in').addEventListener('click', () => zoomAt(1.6, width / 2, height / 2));
  document.getElementById('map-out').addEventListener('click', () => zoomAt(1 / 1.6, width / 2, height / 2));
  document.getElementById('map-all').addEventListener('click', home);
  document.getElementById('map-search').addEventListener('submit', (event) => {
    event.preventDefault();
    find(query.value.trim());
  });
  for (const button of legend) {
    button.addEventListener('click', () => {
      const which = button.dataset.segment;
      choose(which === 'all' || button.getAttribute('aria-pressed') === 'true' ? 'all' : Number(which));
    });
  }
  if (moved) moved.addEventListener('change', draw);
  for (const button of document.querySelectorAll('[data-find]')) {
    button.addEventListener('click', () => {
      query.value = button.dataset.find;
      find(button.dataset.find);
      document.getElementById('map').scrollIntoView();
    });
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  // Paper is light.
  matchMedia('print').addEventListener('change', draw);
  new ResizeObserver(resize).observe(canvas);
  resize();
})();
`;
