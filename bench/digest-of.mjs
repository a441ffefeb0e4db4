import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** SHA-256, shortened, of files and of all files below folders: what a kept result is of. */
export function digestOf(...places) {
  const hash = createHash('sha256');
  const add = (place) => {
    if (statSync(place).isDirectory()) {
      for (const name of readdirSync(place).sort()) add(path.join(place, name));
    } else {
      hash.update(path.basename(place)).update('\0').update(readFileSync(place));
    }
  };
  places.forEach(add);
  return hash.digest('hex').slice(0, 16);
}
