import { type Reference } from '../contracts/reference.js';

/** What an upload needs beyond its bytes. */
export interface PutOptions {
  /** Data rows, for the reference; 0 for files without rows. */
  readonly rows: number;
  readonly signal?: AbortSignal;
}

/** A small mutable object together with the token that a compare-and-swap needs. */
export interface Versioned {
  readonly bytes: Uint8Array;
  readonly version: string;
}

/**
 * Where artifacts live: a folder (`file:///dir`) or a bucket (`s3://bucket/prefix`). Keys are relative,
 * slash-separated, and never leave the store. A write is seen whole or not at all.
 */
export interface ArtifactStore {
  /** The store's own URI, without a trailing slash. */
  readonly uri: string;

  /** Writes a local file under `key`; the same bytes twice are the same object. */
  putFile(key: string, localPath: string, options: PutOptions): Promise<Reference>;

  /** Writes bytes under `key`. */
  putBytes(key: string, bytes: Uint8Array, options: PutOptions): Promise<Reference>;

  /**
   * Brings a referenced file to `localPath` and checks its sha256 and length.
   * @throws SegmentsError ArtifactNotFound, ArtifactCorrupt, StoreUnavailable
   */
  fetchFile(reference: Reference, localPath: string, signal?: AbortSignal): Promise<void>;

  /** Reads a referenced file that is known to be small, checked as `fetchFile` does. */
  fetchBytes(reference: Reference, signal?: AbortSignal): Promise<Uint8Array>;

  /** Reads an object by key, unchecked (there is no reference to it), or undefined where there is none. */
  read(key: string): Promise<Versioned | undefined>;

  /**
   * Compare-and-swap: writes `bytes` under `key` only if the object still has `expected` as its version
   * (undefined: only if there is none). False where somebody else was first.
   */
  swap(key: string, bytes: Uint8Array, expected: string | undefined): Promise<boolean>;

  /** Keys that begin with `prefix`, in code-point order, however many there are. */
  list(prefix: string): Promise<string[]>;

  /** Removes one object; no error where there is none. */
  remove(key: string): Promise<void>;
}
