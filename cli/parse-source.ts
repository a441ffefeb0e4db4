import path from 'node:path';
import { type Source, sourceSchema } from '../shared/contracts/source.js';
import { validate } from '../shared/contracts/validate.js';
import { SegmentsError } from '../shared/errors.js';

const forms =
  'csv:FILE, parquet:FILE, kaggle:OWNER/SLUG[@VERSION][/FILE], bigquery:TABLE, postgres:TABLE, snowflake:TABLE, feast:FILES, or a JSON object';

/** `kind:rest`, or the JSON object of a workflow input, as a source. File paths become absolute: the worker's folder may be another. */
export function parseSource(text: string): Source {
  const remedy = `Give the source as ${forms}.`;
  const what = { code: 'InvalidInput' as const, where: '--source', remedy };
  if (text.trimStart().startsWith('{')) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      throw new SegmentsError(
        'InvalidInput',
        `--source: found text that is not JSON (${(error as Error).message})`,
        what,
      );
    }
    return absolute(validate(sourceSchema, parsed, what));
  }
  const colon = text.indexOf(':');
  const kind = colon < 0 ? '' : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  switch (kind) {
    case 'csv':
    case 'parquet':
    case 'feast':
      return absolute(validate(sourceSchema, { kind, path: rest }, what));
    case 'kaggle':
      return validate(sourceSchema, { kind, ...kaggleDataset(rest) }, what);
    case 'bigquery':
    case 'postgres':
    case 'snowflake':
      return validate(sourceSchema, { kind, table: rest }, what);
    default:
      throw new SegmentsError(
        'InvalidInput',
        `--source: found ${JSON.stringify(text)}; expected ${forms}`,
        what,
      );
  }
}

/** `OWNER/SLUG[@VERSION][/FILE]`; nothing is the default dataset. */
function kaggleDataset(text: string): object {
  if (text === '') return {};
  const match = /^([^/]+\/[^/@]+)(?:@(\d+))?(?:\/(.+))?$/.exec(text);
  if (match === null) return { dataset: text };
  const [, dataset, version, file] = match;
  return {
    dataset,
    ...(version === undefined ? {} : { version: Number(version) }),
    ...(file === undefined ? {} : { file }),
  };
}

/** The same source with its path, if it has a local one, made absolute. */
export function absolute(source: Source, folder = process.cwd()): Source {
  if (!('path' in source) || /^[a-z0-9]+:\/\//i.test(source.path)) return source;
  return { ...source, path: path.resolve(folder, source.path) };
}
