/**
 * The colours of report and charts. Charts are drawn in the light theme's colours; in the page each becomes its CSS
 * variable, so that one SVG serves both themes. No two light colours are equal, which makes that reversible.
 */
export const themeColours = {
  ink: { light: '#1d2327', dark: '#e8eaec' },
  muted: { light: '#5a646c', dark: '#a3adb5' },
  line: { light: '#dfe3e6', dark: '#343c43' },
  page: { light: '#ffffff', dark: '#14181b' },
  panel: { light: '#f6f7f8', dark: '#1c2126' },
  accent: { light: '#1f6f8b', dark: '#6cc3e0' },
  good: { light: '#00755a', dark: '#45c9a0' },
  bad: { light: '#b04a00', dark: '#ff9d5c' },
  noise: { light: '#9aa3aa', dark: '#6f7a82' },
  s0: { light: '#0072b2', dark: '#4aa8e0' },
  s1: { light: '#d55e00', dark: '#f58b45' },
  s2: { light: '#009e73', dark: '#2fc79a' },
  s3: { light: '#c2649a', dark: '#e59cc6' },
  s4: { light: '#dd9500', dark: '#f3bd52' },
  s5: { light: '#56b4e9', dark: '#93d6fa' },
  s6: { light: '#882255', dark: '#cf6c97' },
  s7: { light: '#443399', dark: '#9a8df0' },
} as const;

export type ColourToken = keyof typeof themeColours;

/** After Okabe and Ito (2008) and Tol (2021): told apart with the common colour-vision deficiencies, yellow left out for want of contrast. */
export const segmentTokens = ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7'] as const;

/** `--ink: …;` for every token. */
export function colourVariables(theme: 'light' | 'dark'): string {
  return Object.entries(themeColours)
    .map(([token, colour]) => `--${token}:${colour[theme]};`)
    .join('');
}

const tokenOfLight = new Map<string, string>(
  Object.entries(themeColours).map(([token, { light }]) => [light, token]),
);

/** Replaces the light theme's colours in a chart by their CSS variables. */
export function withThemeVariables(svg: string): string {
  return svg.replace(/"(#[0-9a-f]{6})"/g, (whole, hex: string) => {
    const token = tokenOfLight.get(hex);
    return token === undefined ? whole : `"var(--${token})"`;
  });
}

/**
 * A colour for each segment, the same month after month: the one of its number, or where a smaller number has that,
 * the next that is free; beyond eight segments colours repeat.
 */
export function segmentColours(ids: readonly string[]): ReadonlyMap<string, ColourToken> {
  const colours = new Map<string, ColourToken>();
  const used = new Set<number>();
  const count = segmentTokens.length;
  const ordered = [...new Set(ids)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  ordered.forEach((id, place) => {
    const number = Number(/\d+$/.exec(id)?.[0] ?? place + 1) - 1;
    let slot = ((number % count) + count) % count;
    for (let tries = 0; tries < count && used.has(slot); tries++) slot = (slot + 1) % count;
    used.add(slot);
    colours.set(id, segmentTokens[slot]!);
  });
  return colours;
}
