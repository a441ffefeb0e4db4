/** DuckDB's errors carry no code: only their text tells a full disk from a damaged file. */
const disk =
  /No space left on device|Read-only file system|Permission denied|Disk quota exceeded|Could not write|max_temp_directory_size/i;
const resources = /^(Out of Memory Error|INTERRUPT Error)/;

/** True where DuckDB could not write to its disk. */
export function isDuckDbDiskError(error: unknown): boolean {
  return (
    error instanceof Error && /^(IO|Out of Memory) Error/.test(error.message) && disk.test(error.message)
  );
}

/** True where DuckDB failed on what it was given to read, and not for want of disk, memory or time. */
export function isDuckDbReadError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    /^[A-Za-z ]+ Error: /.test(error.message) &&
    !resources.test(error.message) &&
    !disk.test(error.message)
  );
}
