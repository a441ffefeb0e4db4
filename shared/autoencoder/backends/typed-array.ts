import { type Matrix } from '../../numeric/matrix.js';
import { adamUpdate } from '../adam.js';
import { createNetwork, squaredError } from '../network.js';
import { type Trainer, type TrainerBackend } from '../trainer-backend.js';

/** Float64 throughout, sums in index order: the same bits on every machine. */
export const typedArrayBackend: TrainerBackend = {
  name: 'typed-array',
  createTrainer({ shape, learningRate, batchSize }): Promise<Trainer> {
    const network = createNetwork(shape, batchSize);
    const trainer: Trainer = {
      trainEpoch(before, batches) {
        const parameters = before.parameters.slice();
        const firstMoment = before.firstMoment.slice();
        const secondMoment = before.secondMoment.slice();
        let { step } = before;
        let sum = 0;
        let seen = 0;
        for (const { noisy, clean, rows } of batches) {
          network.forward(parameters, noisy, rows, 4);
          sum += network.backward(parameters, noisy, clean, rows) * rows;
          seen += rows;
          adamUpdate({ parameters, firstMoment, secondMoment }, network.gradient, ++step, learningRate);
        }
        return Promise.resolve({ state: { parameters, firstMoment, secondMoment, step }, loss: sum / seen });
      },
      evaluate(parameters, input: Matrix) {
        let sum = 0;
        for (let first = 0; first < input.rows; first += batchSize) {
          const rows = Math.min(batchSize, input.rows - first);
          const x = input.data.subarray(first * input.columns, (first + rows) * input.columns);
          network.forward(parameters, x, rows, 4);
          sum += squaredError(network.outputs[3], x, rows * input.columns);
        }
        return Promise.resolve(sum / (input.rows * input.columns));
      },
      dispose() {},
    };
    return Promise.resolve(trainer);
  },
};
