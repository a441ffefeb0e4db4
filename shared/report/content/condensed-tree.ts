import { loadHdbscan } from '../../clustering/hdbscan/index.js';
import { type SegmentsFile } from '../../identity/segments-file.js';
import { type ReportTreeCluster } from '../report-input.js';

/** The condensed tree of `hdbscan-latent.json.gz`, as the report draws it. */
export function condensedTree(
  hdbscan: Uint8Array,
  { method, segmentOfCluster }: SegmentsFile,
): ReportTreeCluster[] {
  const { condensedTree: tree, clusterOf } = loadHdbscan(hdbscan).clustering;
  const label = new Map([...clusterOf].map((cluster, l) => [cluster, l]));
  // Duplicates leave at an infinite λ, which no picture holds: the largest finite one stands for it.
  const finite = [...tree.birth, ...tree.death, ...tree.pointLambda].filter(Number.isFinite);
  const most = finite.reduce((a, b) => Math.max(a, b), 0);
  return Array.from(tree.parent, (parent, c) => {
    const l = label.get(c);
    const segment = l === undefined || method !== 'hdbscan' ? null : (segmentOfCluster[l] ?? null);
    return {
      parent,
      birth: Math.min(tree.birth[c]!, most),
      death: Math.min(tree.death[c]!, most),
      size: tree.size[c]!,
      chosen: l !== undefined,
      ...(segment !== null && { segment }),
    };
  });
}
