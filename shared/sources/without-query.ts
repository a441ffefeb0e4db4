import { type Source } from '../contracts/source.js';

/** A web address without what follows its path: that of a signed one is a secret. Any other path as it stands. */
export function withoutQuery(path: string): string {
  return /^https?:\/\//i.test(path) ? path.replace(/[?#].*$/s, '') : path;
}

/** A source as it may be shown: its web address, where it has one, without the query. */
export function publicSource<S extends Source>(source: S): S {
  return 'path' in source ? { ...source, path: withoutQuery(source.path) } : source;
}
