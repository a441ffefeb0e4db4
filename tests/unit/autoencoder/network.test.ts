import { describe, expect, it } from 'vitest';
import { initialParameters } from '../../../shared/autoencoder/glorot-initialiser.js';
import { createNetwork, squaredError } from '../../../shared/autoencoder/network.js';
import { seededRandom } from '../../../shared/numeric/seeded-random.js';
import { plantedFeatures } from './planted-features.js';

const shape = { inputWidth: 7, hiddenWidth: 6, latentWidth: 3 };
const rows = 5;

/** Initial weights with biases that are not zero, so that nothing is hidden. */
function parameters(): Float64Array {
  const random = seededRandom(3, 'test/parameters');
  return initialParameters(shape, 3).map((value) => value + 0.1 * random.normal());
}

describe('back-propagation', () => {
  it('agrees with central finite differences for every parameter', () => {
    const clean = plantedFeatures(rows, shape.inputWidth, 1).data;
    const noisy = plantedFeatures(rows, shape.inputWidth, 2).data;
    const p = parameters();
    const network = createNetwork(shape, rows);
    const lossAt = (at: Float64Array): number => {
      network.forward(at, noisy, rows, 4);
      return squaredError(network.outputs[3], clean, clean.length) / clean.length;
    };
    network.forward(p, noisy, rows, 4);
    const loss = network.backward(p, noisy, clean, rows);
    const gradient = network.gradient.slice();
    expect(loss).toBe(lossAt(p));

    const step = 1e-5;
    const numerical = p.map((value, k) => {
      const shifted = p.slice();
      shifted[k] = value + step;
      const above = lossAt(shifted);
      shifted[k] = value - step;
      return (above - lossAt(shifted)) / (2 * step);
    });
    const worst = gradient.reduce((most, value, k) => Math.max(most, Math.abs(value - numerical[k]!)), 0);
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.01);
    expect(worst).toBeLessThan(1e-8);
  });

  it('gives the gradient of the rows given, not of those that stood in the buffers before', () => {
    const p = parameters();
    const x = plantedFeatures(rows, shape.inputWidth).data;
    const used = createNetwork(shape, rows);
    used.forward(p, plantedFeatures(rows, shape.inputWidth, 9).data, rows, 4);
    used.forward(p, x, 2, 4);
    used.backward(p, x, x, 2);
    const fresh = createNetwork(shape, 2);
    fresh.forward(p, x, 2, 4);
    fresh.backward(p, x, x, 2);
    expect(used.gradient).toEqual(fresh.gradient);
  });
});
