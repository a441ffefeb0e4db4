import { type OptimiserState } from './adam.js';

/**
 * Parameters taken `share` of the way back to `start`: after an epoch the proximal step of a penalty on the squared distance
 * to it (Parikh and Boyd 2014, section 1.1), whatever trained the epoch. What Adam remembers stays.
 */
export function anchored(state: OptimiserState, start: Float64Array, share: number): OptimiserState {
  if (share === 0) return state;
  return { ...state, parameters: state.parameters.map((value, k) => value + share * (start[k]! - value)) };
}
