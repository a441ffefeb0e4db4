export { buildNode, splitNode, startTree } from './kd-tree';
export { findNearest, findNeighbours, findWithin } from './neighbours';
export { ask, begin, join, refresh } from './boruvka';
export { frame } from './sift';
export { leave, linkEdges, orderLeaves, peel, renumber } from './linkage';
