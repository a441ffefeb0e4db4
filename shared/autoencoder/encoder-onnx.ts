import { type DenseLayer, layersOf } from './architecture.js';
import { type Autoencoder } from './autoencoder.js';

const irVersion = 8;
/** Operator set: MatMul, Add and Tanh have meant the same since. */
const opset = 13;
const float = 1;
const batch = 'retailers';

/**
 * The encoder as an ONNX model: input `features` (retailers × features, float32, scaled as scaler.json says, columns as in
 * the metadata `feature_names`), output `latent` (retailers × latent width). Same model, same bytes.
 * Source: the protocol buffers of onnx.proto, written by hand, since of all of it a dense network needs a dozen fields.
 */
export function encoderOnnx(model: Autoencoder): Uint8Array {
  const [hidden, latent] = layersOf(model.shape);
  const activated = `${hidden.name}_output`;
  const graph = message(
    ...dense(hidden, 'features', activated),
    ...dense(latent, activated, 'latent'),
    text(2, 'encoder'),
    ...[hidden, latent].flatMap((layer) => tensors(model, layer)),
    nested(11, valueInfo('features', model.shape.inputWidth)),
    nested(12, valueInfo('latent', model.shape.latentWidth)),
  );
  return message(
    integer(1, irVersion),
    text(2, 'stable-segments'),
    nested(7, graph),
    nested(8, message(text(1, ''), integer(2, opset))),
    nested(14, message(text(1, 'feature_names'), text(2, JSON.stringify(model.featureNames)))),
  );
}

/** Nodes of y = activation(x W + b). */
function dense({ name, activation }: DenseLayer, input: string, output: string): Uint8Array[] {
  const [product, sum] = [`${name}_product`, activation === 'tanh' ? `${name}_sum` : output];
  const node = (inputs: readonly string[], result: string, operator: string): Uint8Array =>
    nested(
      1,
      message(
        ...inputs.map((each) => text(1, each)),
        text(2, result),
        text(3, `${name}/${operator}`),
        text(4, operator),
      ),
    );
  return [
    node([input, `${name}_kernel`], product, 'MatMul'),
    node([product, `${name}_bias`], sum, 'Add'),
    ...(activation === 'tanh' ? [node([sum], output, 'Tanh')] : []),
  ];
}

function tensors({ parameters }: Autoencoder, layer: DenseLayer): Uint8Array[] {
  const { name, inputWidth, outputWidth, kernel, bias } = layer;
  const tensor = (part: string, dimensions: readonly number[], from: number): Uint8Array => {
    const count = dimensions.reduce((product, each) => product * each, 1);
    const raw = new DataView(new ArrayBuffer(count * 4));
    for (let i = 0; i < count; i++) raw.setFloat32(i * 4, parameters[from + i]!, true);
    return nested(
      5,
      message(
        ...dimensions.map((each) => integer(1, each)),
        integer(2, float),
        text(8, `${name}_${part}`),
        nested(9, new Uint8Array(raw.buffer)),
      ),
    );
  };
  return [tensor('kernel', [inputWidth, outputWidth], kernel), tensor('bias', [outputWidth], bias)];
}

function valueInfo(name: string, width: number): Uint8Array {
  const shape = message(nested(1, message(text(2, batch))), nested(1, message(integer(1, width))));
  return message(text(1, name), nested(2, message(nested(1, message(integer(1, float), nested(2, shape))))));
}

// The wire format: a field is its number and kind, then a varint, or a length and so many bytes.
const varintKind = 0;
const bytesKind = 2;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function integer(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8 + varintKind), ...varint(value)]);
}

function nested(field: number, content: Uint8Array): Uint8Array {
  return message(Uint8Array.from([...varint(field * 8 + bytesKind), ...varint(content.byteLength)]), content);
}

function text(field: number, value: string): Uint8Array {
  return nested(field, new TextEncoder().encode(value));
}

function message(...fields: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(fields.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const field of fields) {
    whole.set(field, offset);
    offset += field.byteLength;
  }
  return whole;
}
