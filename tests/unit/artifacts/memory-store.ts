import { type ArtifactStore, type Versioned } from '../../../shared/artifacts/store.js';

function unused(): never {
  throw new Error('the index stands on read, swap and list alone');
}

/** The small-object half of a store. `ignoring` makes it a server that does not know conditional writes. */
export function memoryStore(ignoring: { ifMatch?: boolean; ifNoneMatch?: boolean } = {}) {
  const objects = new Map<string, Versioned>();
  let writes = 0;
  const store: ArtifactStore = {
    uri: 's3://memory/store',
    read: (key) => Promise.resolve(objects.get(key)),
    swap: (key, bytes, expected) => {
      const ignored = expected === undefined ? ignoring.ifNoneMatch : ignoring.ifMatch;
      if (ignored !== true && objects.get(key)?.version !== expected) return Promise.resolve(false);
      objects.set(key, { bytes, version: String(++writes) });
      return Promise.resolve(true);
    },
    list: (prefix) => Promise.resolve([...objects.keys()].filter((key) => key.startsWith(prefix)).sort()),
    remove: (key) => {
      objects.delete(key);
      return Promise.resolve();
    },
    putFile: unused,
    putBytes: unused,
    fetchFile: unused,
    fetchBytes: unused,
  };
  return { store, objects, writes: () => writes };
}
