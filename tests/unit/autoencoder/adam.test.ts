import { describe, expect, it } from 'vitest';
import { adamUpdate, freshState } from '../../../shared/autoencoder/adam.js';

describe('Adam', () => {
  it("moves by the learning rate against the gradient's sign on its first step", () => {
    const state = freshState(Float64Array.of(1, 1, 1));
    adamUpdate(state, Float64Array.of(5, -0.01, 0), 1, 0.1);
    expect(state.parameters[0]).toBeCloseTo(0.9, 6);
    expect(state.parameters[1]).toBeCloseTo(1.1, 5);
    expect(state.parameters[2]).toBe(1);
  });

  it('follows the published recurrence over several steps', () => {
    const gradients = [0.5, -0.2, 0.9, 0.1];
    const state = freshState(Float64Array.of(2));
    let [theta, m, v] = [2, 0, 0];
    gradients.forEach((g, k) => {
      adamUpdate(state, Float64Array.of(g), k + 1, 0.01);
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      theta -= (0.01 * (m / (1 - 0.9 ** (k + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (k + 1))) + 1e-7);
    });
    expect(state.parameters[0]).toBeCloseTo(theta, 12);
  });

  it('starts from a copy: the weights that a training starts from stay as they were', () => {
    const start = Float64Array.of(1);
    adamUpdate(freshState(start), Float64Array.of(1), 1, 0.1);
    expect(start[0]).toBe(1);
  });
});
