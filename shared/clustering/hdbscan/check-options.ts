import { SegmentsError } from '../../errors.js';
import { type ClusterOptions, type SpanningTreeOptions } from './options.js';

/** Refuses options that have no meaning. @throws SegmentsError InvalidConfig, naming the option and its value. */
export function checkTreeOptions({ minSamples, metric, alpha, threads }: SpanningTreeOptions): void {
  if (!Number.isInteger(minSamples) || minSamples < 1) {
    refuse('minSamples', minSamples, 'an integer of at least 1');
  }
  if (metric !== undefined && metric !== 'euclidean' && metric !== 'manhattan') {
    refuse('metric', metric, '"euclidean" or "manhattan"');
  }
  if (alpha !== undefined && !(Number.isFinite(alpha) && alpha > 0)) {
    refuse('alpha', alpha, 'a number above 0');
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    refuse('threads', threads, 'an integer of at least 1');
  }
}

/** Refuses options that have no meaning. @throws SegmentsError InvalidConfig, naming the option and its value. */
export function checkClusterOptions(options: ClusterOptions): void {
  const { minClusterSize, selection, selectionEpsilon, maxClusterSize } = options;
  if (!Number.isInteger(minClusterSize) || minClusterSize < 2) {
    refuse('minClusterSize', minClusterSize, 'an integer of at least 2');
  }
  if (selection !== undefined && selection !== 'eom' && selection !== 'leaf') {
    refuse('selection', selection, '"eom" or "leaf"');
  }
  if (selectionEpsilon !== undefined && !(Number.isFinite(selectionEpsilon) && selectionEpsilon >= 0)) {
    refuse('selectionEpsilon', selectionEpsilon, 'a number of at least 0');
  }
  if (maxClusterSize !== undefined && !(Number.isInteger(maxClusterSize) && maxClusterSize >= 0)) {
    refuse('maxClusterSize', maxClusterSize, 'an integer of at least 0, where 0 means no bound');
  }
}

function refuse(option: string, found: unknown, expected: string): never {
  throw new SegmentsError('InvalidConfig', `${option} is ${String(found)}; expected ${expected}.`, {
    where: option,
    remedy: `Set ${option} to ${expected}.`,
  });
}
