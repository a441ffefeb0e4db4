import path from 'node:path';
import { findPythonEnvironment } from './python-environment.js';

export const mlflowVersion = '3.17.2';

/**
 * The tracking server without the machine learning libraries of the full `mlflow` package (850 MB), of which only the pages
 * are wanted. numpy and pandas are what the Python client needs to read runs.
 */
const environment = {
  name: `mlflow-${mlflowVersion}-with-pages`,
  requirements: [
    `mlflow-skinny==${mlflowVersion}`,
    'flask',
    'flask-cors',
    'alembic',
    'sqlalchemy',
    'graphene',
    'huey',
    'cryptography',
    'numpy',
    'pandas',
    'aiohttp',
  ],
  withoutDependencies: [`mlflow==${mlflowVersion}`],
};

/** The `bin` folder with `mlflow` and its Python. @throws where it cannot be installed. */
export async function findMlflow(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  return await findPythonEnvironment(environment, env, cache, say);
}

/** MLflow's client with what loads a model of the flavour ONNX. */
const withOnnx = {
  name: `mlflow-${mlflowVersion}-with-onnx`,
  requirements: [`mlflow-skinny==${mlflowVersion}`, 'numpy', 'pandas', 'onnxruntime==1.23.2', 'onnx==1.19.1'],
};

/** The `bin` folder of a Python that has it. @throws where it cannot be installed. */
export async function findMlflowWithOnnx(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  return await findPythonEnvironment(withOnnx, env, cache, say);
}

/** Arguments of a server that keeps everything in `folder` and serves artifacts through its own proxy. */
export function mlflowArguments(folder: string, port: number): string[] {
  return [
    'server',
    ...['--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
    ...['--backend-store-uri', `sqlite:///${path.join(folder, 'mlflow.db')}`],
    ...['--artifacts-destination', path.join(folder, 'artifacts')],
  ];
}
