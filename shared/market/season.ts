/** A season's hump (or dip, where `height` is negative): peak month 1 to 12, height in logs, half width in months. */
export interface Hump {
  readonly month: number;
  readonly height: number;
  readonly width: number;
}

/** A year of humps around the calendar, centred on 0. Length 12. */
export function seasonOfHumps(humps: readonly Hump[]): Float64Array {
  const season = new Float64Array(12);
  for (let month = 0; month < 12; month++) {
    for (const hump of humps) {
      const away = Math.abs(month - (hump.month - 1));
      const distance = Math.min(away, 12 - away) / hump.width;
      season[month]! += hump.height * Math.exp(-0.5 * distance * distance);
    }
  }
  return centred(season);
}

/** A year's first two harmonics: coefficients of cos and sin of the year, then of the half year. Length 12, mean 0. */
export function seasonOfHarmonics(coefficients: readonly [number, number, number, number]): Float64Array {
  const [cosYear, sinYear, cosHalf, sinHalf] = coefficients;
  const season = new Float64Array(12);
  for (let month = 0; month < 12; month++) {
    const angle = (2 * Math.PI * month) / 12;
    season[month] =
      cosYear * Math.cos(angle) +
      sinYear * Math.sin(angle) +
      cosHalf * Math.cos(2 * angle) +
      sinHalf * Math.sin(2 * angle);
  }
  return centred(season);
}

function centred(season: Float64Array): Float64Array {
  let sum = 0;
  for (const value of season) sum += value;
  return season.map((value) => value - sum / 12);
}
