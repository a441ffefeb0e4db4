import { type Config } from '../contracts/config.js';

/** MLflow takes no longer values; no setting comes near. */
const longestValue = 6000;

/** The config as flat names and texts: `autoencoder.latentWidth` → `4`, in the order of the config. */
export function runParams(config: Config): { key: string; value: string }[] {
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
  return params;
}
