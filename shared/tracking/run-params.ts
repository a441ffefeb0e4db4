import { type DensitySettings } from '../clustering/density-settings.js';
import { type Config } from '../contracts/config.js';

/** MLflow takes no longer values; no setting comes near. */
const longestValue = 6000;

/**
 * The config as flat names and texts: `autoencoder.latentWidth` → `4`, in the order of the config; then HDBSCAN's settings as the
 * run chose them, where it wrote them down: `hdbscan.chosen.minSamples` → `10`.
 */
export function runParams(config: Config, chosen?: DensitySettings): { key: string; value: string }[] {
  const params: { key: string; value: string }[] = [];
  const visit = (prefix: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value))
        visit(prefix === '' ? key : `${prefix}.${key}`, inner);
    } else {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      params.push({ key: prefix, value: text.slice(0, longestValue) });
    }
  };
  visit('', config);
  if (chosen !== undefined) visit('hdbscan.chosen', chosen);
  return params;
}
