import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isAlive, type ProcessIdentity, thisProcess } from '../shared/artifacts/process-identity.js';

const named = /^pid-\d+-([\w-]+)$/;

function folderName(identity: ProcessIdentity): string {
  return `pid-${identity.pid}-${Buffer.from(JSON.stringify(identity)).toString('base64url')}`;
}

function ownerOf(name: string): ProcessIdentity | undefined {
  const text = named.exec(name)?.[1];
  if (text === undefined) return undefined;
  try {
    const owner = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<ProcessIdentity>;
    return typeof owner.pid === 'number' && typeof owner.host === 'string'
      ? (owner as ProcessIdentity)
      : undefined;
  } catch {
    return undefined;
  }
}

export interface ScratchRoot {
  /** This process's own folder. It need not exist: stages make it, and report a disk that does not let them. */
  readonly folder: string;
  close(): void;
}

/**
 * This process's folder under `root`, named after the process. What processes of this machine that were killed left
 * there is removed first: nobody else would, and a disk would fill up with it.
 */
export function openScratchRoot(root: string): ScratchRoot {
  for (const name of entries(root)) {
    const owner = ownerOf(name);
    if (owner !== undefined && isAlive(owner) === false) remove(path.join(root, name));
  }
  const folder = path.join(root, folderName(thisProcess()));
  return { folder, close: () => remove(folder) };
}

function entries(root: string): string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}

/** Cleaning must not be what ends a worker: a read-only disk is for the stages to report. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Looked at again by the next process.
  }
}
