import { type Manifest } from '../artifacts/manifest.js';
import { configSchema } from '../contracts/config.js';
import { type Source } from '../contracts/source.js';
import { publicSource } from '../sources/without-query.js';

/** A word for a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function sourceWord(source: Source): string {
  const { kind, ...rest } = source;
  const values = Object.entries(rest).filter(([, value]) => value !== undefined);
  const short = values.length === 1 && ['path', 'dataset', 'table'].includes(values[0]![0]);
  return short ? `${kind}:${String(values[0]![1])}` : JSON.stringify(source);
}

/** Keys of a config that are not at their default, as `key.path=value`. */
function settings(config: unknown, defaults: unknown, path: readonly string[] = []): string[] {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    return JSON.stringify(config) === JSON.stringify(defaults)
      ? []
      : [`${path.join('.')}=${JSON.stringify(config)}`];
  }
  return Object.entries(config).flatMap(([key, value]) =>
    settings(value, (defaults as Record<string, unknown> | undefined)?.[key], [...path, key]),
  );
}

/**
 * The `segments run` that repeats a run: the same source, month, run compared with, and every setting that is not a default. The query
 * of a signed address is left out: it is a secret, and has to be given again.
 */
export function runCommand({
  source,
  asOf,
  comparedWith,
  config,
}: Pick<Manifest, 'source' | 'asOf' | 'comparedWith' | 'config'>): string {
  const set = settings(config, configSchema.parse({}));
  const lines = [
    `segments run --source ${shellWord(sourceWord(publicSource(source)))} --as-of ${asOf}`,
    `--compare-to ${comparedWith?.runId ?? 'none'}`,
    ...set.map((setting) => `--set ${shellWord(setting)}`),
  ];
  return lines.join(' \\\n  ');
}
