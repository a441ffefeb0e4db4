import { SegmentsError } from '../../errors.js';

/** Fields of `Context` in shared/clustering/assembly/context.ts, in their order: each takes four bytes. */
const contextFields = [
  'n',
  'd',
  'capacity',
  'leaves',
  'k',
  'manhattan',
  'original',
  'rows',
  'rowOf',
  'blocks',
  'sift',
  'blocks32',
  'frame',
  'leafNorms',
  'right',
  'firstLeaf',
  'boxes',
  'neighbours',
  'core',
  'innerCore',
  'parent',
  'component',
  'nodeComponent',
  'bound',
  'candidate',
  'order',
  'scratch',
  'bestWeight',
  'bestFrom',
  'bestTo',
  'stripes',
  'useNeighbours',
  'components',
  'edgeFrom',
  'edgeTo',
  'edgeWeight',
  'edges',
] as const;

/** Fields of `Workspace` in shared/clustering/assembly/traversal.ts, in their order. */
const workspaceFields = [
  'query',
  'turned',
  'query32',
  'queryNorm',
  'sifted',
  'slots',
  'distances',
  'nearest',
  'nearestSlots',
  'stackNodes',
  'stackBounds',
] as const;

type Fields<Names extends readonly string[]> = Record<Names[number], number>;
export type Context = Fields<typeof contextFields>;
export type Workspace = Fields<typeof workspaceFields>;

/** A bump allocator over addresses: everything is 64-byte aligned, so that threads share no cache line. */
export class Arena {
  #top = 4096;

  take(bytes: number): number {
    const address = this.#top;
    this.#top = Math.ceil((address + bytes) / 64) * 64;
    return address;
  }

  f64(count: number): number {
    return this.take(8 * count);
  }

  i32(count: number): number {
    return this.take(4 * count);
  }

  /** @throws SegmentsError InvalidMatrix when 32-bit addresses do not reach. */
  memory(): WebAssembly.Memory {
    const pages = Math.ceil(this.#top / 65536);
    if (pages > 65536) {
      throw new SegmentsError(
        'InvalidMatrix',
        `The points need ${(this.#top / 2 ** 30).toFixed(1)} GiB of working memory; at most 4 GiB can be addressed.`,
        { where: 'points', remedy: 'Cluster fewer rows, fewer columns, or with a smaller minSamples.' },
      );
    }
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  }
}

export function writeContext(memory: WebAssembly.Memory, address: number, context: Context): void {
  new Int32Array(memory.buffer, address, contextFields.length).set(
    contextFields.map((name) => context[name]),
  );
}

export const contextBytes = 4 * contextFields.length;

/** Takes a thread's scratch from the arena. `k` is the most neighbours that it will look for. */
export function takeWorkspace(
  arena: Arena,
  d: number,
  capacity: number,
  k: number,
): { address: number } & Workspace {
  return {
    address: arena.take(4 * workspaceFields.length),
    query: arena.f64(d),
    turned: arena.f64(d),
    query32: arena.i32(d),
    queryNorm: arena.f64(1),
    sifted: arena.take(64),
    slots: arena.i32(capacity),
    distances: arena.f64(capacity),
    nearest: arena.f64(k),
    nearestSlots: arena.i32(k),
    stackNodes: arena.i32(stackDepth),
    stackBounds: arena.f64(stackDepth),
  };
}

export function writeWorkspace(memory: WebAssembly.Memory, workspace: { address: number } & Workspace): void {
  const fields = workspaceFields.map((name) => workspace[name]);
  new Int32Array(memory.buffer, workspace.address, fields.length).set(fields);
}

/** Nodes that a descent puts off, one a level: a balanced tree of 2³¹ leaves has 31. */
const stackDepth = 64;
