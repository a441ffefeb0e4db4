import { Resvg } from '@resvg/resvg-js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicSansWoff } from '../font/public-sans-woff.js';
import { woffToTrueType } from '../font/woff-to-truetype.js';

/** The only family that `renderPng` knows: text in any other falls back to it. */
export const pngFontFamily = 'Public Sans';

/**
 * Rasterises an SVG. Text is set in a font that comes with this product, and system fonts are left alone, so that
 * the bytes do not depend on what a machine has installed. `scale` is pixels a unit of the SVG.
 */
export function renderPng(svg: string, scale = 2): Uint8Array {
  // resvg reads fonts from files only.
  const folder = mkdtempSync(join(tmpdir(), 'segments-font-'));
  try {
    const file = join(folder, 'public-sans.ttf');
    writeFileSync(file, woffToTrueType(Buffer.from(publicSansWoff, 'base64')));
    const image = new Resvg(svg, {
      font: {
        loadSystemFonts: false,
        fontFiles: [file],
        defaultFontFamily: pngFontFamily,
        sansSerifFamily: pngFontFamily,
      },
      fitTo: { mode: 'zoom', value: scale },
      background: '#ffffff',
    });
    return image.render().asPng();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
