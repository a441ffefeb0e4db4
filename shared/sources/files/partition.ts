import { type ColumnMapping } from '../../contracts/source.js';
import { type SalesColumn, salesColumns } from '../sales-source.js';

/** What the folders of a file's path say of all its rows, as text. */
export type Partition = Readonly<Partial<Record<SalesColumn, string>>>;

/** What Hive writes where the value is missing: such rows are refused as rows without it. */
const missing = '__HIVE_DEFAULT_PARTITION__';

/**
 * Reads Hive's layout: `…/year=2023/month=1/part.parquet` supplies year and month, `…/month=2023-01/…` (or 2023-01-01) both
 * at once. Keys are found as columns are: by their mapped names, in any case. Folders that are no column are left alone.
 */
export function readPartition(path: string, mapping: ColumnMapping | undefined): Partition {
  const found: Partial<Record<SalesColumn, string>> = {};
  for (const part of path.split('/').slice(0, -1)) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(part) ?? [];
    if (key === undefined) continue;
    const column = salesColumns.find(
      (name) => (mapping?.[name] ?? name).toLowerCase() === decoded(key).toLowerCase(),
    );
    if (column === undefined) continue;
    const text = value === missing ? '' : decoded(value!);
    const [, year, month] = /^(\d{4})-(\d{2})(?:-01)?$/.exec(text) ?? [];
    if (column === 'month' && year !== undefined) {
      found.year ??= year;
      found.month = month!;
    } else found[column] = text;
  }
  return found;
}

/** Hive escapes what a folder's name cannot hold by percent signs; a percent sign that escapes nothing is one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
