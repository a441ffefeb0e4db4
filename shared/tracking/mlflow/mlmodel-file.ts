import { stringify } from 'yaml';
import { type Autoencoder } from '../../autoencoder/autoencoder.js';

/**
 * The `MLmodel` file that makes a folder with `encoder.onnx` a model of MLflow: `mlflow.pyfunc.load_model` and `mlflow.onnx.load_model`
 * take it. Its input is a float32 matrix of scaled features, its output `latent`. Same model, same bytes.
 * Source: MLflow's model format, https://mlflow.org/docs/latest/ml/model/
 */
export function mlmodelFile({ shape }: Pick<Autoencoder, 'shape'>): string {
  const tensor = (width: number, name?: string): string =>
    JSON.stringify([
      { type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, width] }, ...(name && { name }) },
    ]);
  return stringify({
    flavors: {
      onnx: { code: null, data: 'encoder.onnx', providers: ['CPUExecutionProvider'] },
      python_function: { data: 'encoder.onnx', loader_module: 'mlflow.onnx' },
    },
    signature: {
      inputs: tensor(shape.inputWidth),
      outputs: tensor(shape.latentWidth, 'latent'),
      params: null,
    },
  });
}
