import { type Matrix } from '../numeric/matrix.js';
import { seededRandom } from '../numeric/seeded-random.js';
import { type Batch } from './trainer-backend.js';

/**
 * The batches of one epoch: rows in an order, and with Gaussian noise, that depend on (seed, epoch) alone, so that
 * training can go on from any epoch. The last batch may be smaller.
 */
export function* epochBatches(
  input: Matrix,
  epoch: number,
  { batchSize, noiseSd, seed }: { batchSize: number; noiseSd: number; seed: number },
): Generator<Batch> {
  const { data, rows, columns } = input;
  const order = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) order[i] = i;
  seededRandom(seed, `autoencoder/order/${epoch}`).shuffle(order);
  const noise = seededRandom(seed, `autoencoder/noise/${epoch}`);
  const clean = new Float64Array(Math.min(batchSize, rows) * columns);
  const noisy = new Float64Array(clean.length);

  for (let first = 0; first < rows; first += batchSize) {
    const taken = Math.min(batchSize, rows - first);
    for (let r = 0, to = 0; r < taken; r++) {
      const from = order[first + r]! * columns;
      for (let j = 0; j < columns; j++, to++) {
        const value = data[from + j]!;
        clean[to] = value;
        noisy[to] = noiseSd === 0 ? value : value + noiseSd * noise.normal();
      }
    }
    yield { rows: taken, noisy, clean };
  }
}
