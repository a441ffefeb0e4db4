import type * as TfCore from '@tensorflow/tfjs-core';
import type * as TfLayers from '@tensorflow/tfjs-layers';
import { type Matrix } from '../../numeric/matrix.js';
import { type OptimiserState } from '../adam.js';
import { type AutoencoderShape, layersOf, parameterCount } from '../architecture.js';
import { type Batch, type Trainer, type TrainerBackend, type TrainerOptions } from '../trainer-backend.js';
import { loadTfjs, type Tfjs, type TfjsBackendName } from './load-tfjs.js';

/** Shapes of the eight weights, kernel and bias of each layer, as they lie in the flat parameters. */
function weightShapes(shape: AutoencoderShape): number[][] {
  return layersOf(shape).flatMap(({ inputWidth, outputWidth }) => [[inputWidth, outputWidth], [outputWidth]]);
}

/** Cuts flat parameters into one tensor a weight. The caller disposes of them. */
function toTensors({ core }: Tfjs, flat: Float64Array, shape: AutoencoderShape): TfCore.Tensor[] {
  let offset = 0;
  return weightShapes(shape).map((dimensions) => {
    const size = dimensions.reduce((product, width) => product * width, 1);
    offset += size;
    return core.tensor(Float32Array.from(flat.subarray(offset - size, offset)), dimensions, 'float32');
  });
}

function toFlat(tensors: readonly TfCore.Tensor[], shape: AutoencoderShape): Float64Array {
  const flat = new Float64Array(parameterCount(shape));
  let offset = 0;
  for (const tensor of tensors) {
    flat.set(tensor.dataSync(), offset);
    offset += tensor.size;
  }
  return flat;
}

function rowsOf({ core }: Tfjs, data: Float64Array, rows: number, columns: number): TfCore.Tensor2D {
  return core.tensor2d(Float32Array.from(data.subarray(0, rows * columns)), [rows, columns], 'float32');
}

function buildModel({ layers }: Tfjs, shape: AutoencoderShape): TfLayers.Sequential {
  const model = layers.sequential();
  for (const { name, inputWidth, outputWidth, activation } of layersOf(shape)) {
    // The weights are set at the start of each epoch: the initialiser is the one that costs nothing.
    const kernelInitializer = 'zeros';
    model.add(
      layers.layers.dense({
        name,
        inputShape: [inputWidth],
        units: outputWidth,
        activation,
        kernelInitializer,
      }),
    );
  }
  return model;
}

/** TensorFlow.js' own Adam, its memory set to `state`. The caller disposes of it. */
async function adamAt(
  tfjs: Tfjs,
  state: OptimiserState,
  { shape, learningRate }: TrainerOptions,
): Promise<TfCore.AdamOptimizer> {
  const { core } = tfjs;
  const adam = core.train.adam(learningRate);
  const moments = [
    ...toTensors(tfjs, state.firstMoment, shape),
    ...toTensors(tfjs, state.secondMoment, shape),
  ];
  const step = core.scalar(state.step, 'int32');
  await adam.setWeights([step, ...moments].map((tensor, k) => ({ name: String(k), tensor })));
  core.dispose([step, ...moments]);
  return adam;
}

async function trainEpoch(
  tfjs: Tfjs,
  model: TfLayers.Sequential,
  state: OptimiserState,
  batches: Iterable<Batch>,
  options: TrainerOptions,
): Promise<{ state: OptimiserState; loss: number }> {
  const { shape } = options;
  const { core } = tfjs;
  setParameters(tfjs, model, state.parameters, shape);
  const adam = await adamAt(tfjs, state, options);
  try {
    model.compile({ optimizer: adam, loss: 'meanSquaredError' });
    let { step } = state;
    let sum = 0;
    let seen = 0;
    for (const { noisy, clean, rows } of batches) {
      const x = rowsOf(tfjs, noisy, rows, shape.inputWidth);
      const y = rowsOf(tfjs, clean, rows, shape.inputWidth);
      try {
        sum += ((await model.trainOnBatch(x, y)) as number) * rows;
      } finally {
        core.dispose([x, y]);
      }
      seen += rows;
      step++;
    }
    const [iterations, ...moments] = (await adam.getWeights()).map(({ tensor }) => tensor);
    core.dispose(iterations!);
    const after: OptimiserState = {
      parameters: toFlat(model.getWeights(), shape),
      firstMoment: toFlat(moments.slice(0, moments.length / 2), shape),
      secondMoment: toFlat(moments.slice(moments.length / 2), shape),
      step,
    };
    return { state: after, loss: sum / seen };
  } finally {
    adam.dispose();
  }
}

function setParameters(
  tfjs: Tfjs,
  model: TfLayers.Sequential,
  parameters: Float64Array,
  shape: AutoencoderShape,
): void {
  const tensors = toTensors(tfjs, parameters, shape);
  model.setWeights(tensors);
  tfjs.core.dispose(tensors);
}

function evaluate(tfjs: Tfjs, model: TfLayers.Sequential, input: Matrix, batchSize: number): number {
  const { core } = tfjs;
  let sum = 0;
  for (let first = 0; first < input.rows; first += batchSize) {
    const rows = Math.min(batchSize, input.rows - first);
    sum += core.tidy(() => {
      const x = rowsOf(tfjs, input.data.subarray(first * input.columns), rows, input.columns);
      const reconstruction = model.predictOnBatch(x) as TfCore.Tensor;
      return core.sum(core.squaredDifference(reconstruction, x)).dataSync()[0]!;
    });
  }
  return sum / (input.rows * input.columns);
}

/**
 * Trains with TensorFlow.js' layers, gradients and Adam, in float32: the oracle of our own arithmetic, and with
 * tfjs-node the faster one where layers are hundreds wide. Same bits on each run of one backend on one
 * machine; backends differ from each other in the third digit of the loss.
 */
export function tfjsBackend(name: TfjsBackendName): TrainerBackend {
  return {
    name,
    async createTrainer(options): Promise<Trainer> {
      const tfjs = await loadTfjs(name);
      const { shape, batchSize } = options;
      const model = buildModel(tfjs, shape);
      return {
        trainEpoch: (state, batches) => trainEpoch(tfjs, model, state, batches, options),
        evaluate(parameters, input) {
          setParameters(tfjs, model, parameters, shape);
          return Promise.resolve(evaluate(tfjs, model, input, batchSize));
        },
        dispose: () => void model.dispose(),
      };
    },
  };
}
