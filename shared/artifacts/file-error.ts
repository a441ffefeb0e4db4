import { SegmentsError } from '../errors.js';

const remedies: Record<string, string> = {
  ENOSPC: 'Free space on that disk; the stage is retried.',
  EDQUOT: 'Raise the quota or free space; the stage is retried.',
  EACCES: 'Give this user the right to write there, or name another folder in artifacts.',
  EPERM: 'Give this user the right to write there, or name a folder on a disk that has links.',
  EROFS: 'That disk is read-only: name another folder in artifacts.',
  ENOTDIR: 'A part of that path is a file: name another folder in artifacts.',
  EEXIST: 'A part of that path is a file: name another folder in artifacts.',
  EISDIR: 'That name is a folder: name another folder in artifacts.',
};
const refused = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR']);

/** What the file system threw, as one of our errors: refused for good, or worth a retry. Others stay what they are. */
export function fileError(error: unknown, root: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof SegmentsError || code === undefined || syscall === undefined) return error;
  return new SegmentsError(
    refused.has(code) ? 'StoreRefused' : 'StoreUnavailable',
    `${code}: ${(error as Error).message}`,
    {
      where: root,
      remedy: remedies[code] ?? 'Check that the folder exists and can be written; the stage is retried.',
      cause: error,
    },
  );
}
