import { homedir } from 'node:os';
import path from 'node:path';

/** Where downloaded servers and tools are kept, outside the checkout: `$XDG_CACHE_HOME/stable-segments` or `~/.cache/…`. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return path.join(env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'stable-segments');
}
