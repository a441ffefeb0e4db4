import { type CondensedTree } from './condensed-tree.js';

/**
 * GLOSH (Campello et al. 2015, section 6): by point, 1 − λ / the largest λ anywhere below the cluster that the point
 * leaves. 0 to 1, 0 the most typical.
 */
export function outlierScores(tree: CondensedTree): Float64Array {
  const deepest = deepestLambdas(tree);
  return tree.pointLambda.map((lambda, i) => outlierScore(lambda, deepest[tree.pointCluster[i]!]!));
}

/** By cluster: the largest λ in it or in any cluster below. */
export function deepestLambdas({ parent, death }: CondensedTree): Float64Array {
  const deepest = Float64Array.from(death);
  for (let cluster = parent.length - 1; cluster > 0; cluster--) {
    const above = parent[cluster]!;
    deepest[above] = Math.max(deepest[above]!, deepest[cluster]!);
  }
  return deepest;
}

/** 0 where λ is infinite, as among duplicates; 1 where only the largest is. */
export function outlierScore(lambda: number, deepest: number): number {
  if (deepest === 0 || lambda === Infinity) return 0;
  if (deepest === Infinity) return 1;
  return (deepest - lambda) / deepest;
}
