/** Widths of d → hidden (tanh) → latent (linear) → hidden (tanh) → d (linear). */
export interface AutoencoderShape {
  readonly inputWidth: number;
  readonly hiddenWidth: number;
  readonly latentWidth: number;
}

export type Activation = 'tanh' | 'linear';

/** One dense layer y = activation(x W + b), and where W (in × out, row-major) and b start in the parameters. */
export interface DenseLayer {
  readonly name: string;
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly activation: Activation;
  readonly kernel: number;
  readonly bias: number;
}

export type Layers = readonly [DenseLayer, DenseLayer, DenseLayer, DenseLayer];

/** The layer whose output is the embedding. */
export const latentLayer = 'latent';

/** The four layers, their parameters laid end to end: kernel then bias, first layer first. */
export function layersOf({ inputWidth, hiddenWidth, latentWidth }: AutoencoderShape): Layers {
  let offset = 0;
  const dense = (name: string, from: number, to: number, activation: Activation): DenseLayer => {
    const kernel = offset;
    const bias = kernel + from * to;
    offset = bias + to;
    return { name, inputWidth: from, outputWidth: to, activation, kernel, bias };
  };
  return [
    dense('encoder_hidden', inputWidth, hiddenWidth, 'tanh'),
    dense(latentLayer, hiddenWidth, latentWidth, 'linear'),
    dense('decoder_hidden', latentWidth, hiddenWidth, 'tanh'),
    dense('reconstruction', hiddenWidth, inputWidth, 'linear'),
  ];
}

/** Numbers in all kernels and biases together. */
export function parameterCount(shape: AutoencoderShape): number {
  const last = layersOf(shape)[3];
  return last.bias + last.outputWidth;
}

export function sameShape(a: AutoencoderShape, b: AutoencoderShape): boolean {
  return a.inputWidth === b.inputWidth && a.hiddenWidth === b.hiddenWidth && a.latentWidth === b.latentWidth;
}

/** "19-24-4-24-19" */
export function describeShape({ inputWidth, hiddenWidth, latentWidth }: AutoencoderShape): string {
  return [inputWidth, hiddenWidth, latentWidth, hiddenWidth, inputWidth].join('-');
}
