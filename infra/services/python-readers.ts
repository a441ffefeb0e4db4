import { findPythonEnvironment } from './python-environment.js';

/** Libraries of others that read what a run writes: pandas, pyarrow and DuckDB the tables, onnxruntime the encoder. */
const environment = {
  name: 'python-readers-1',
  requirements: ['pandas==2.3.3', 'pyarrow==22.0.0', 'duckdb==1.5.5', 'onnxruntime==1.23.2', 'onnx==1.19.1'],
};

/** The `bin` folder with their Python. @throws where they cannot be installed. */
export async function findPythonReaders(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  return await findPythonEnvironment(environment, env, cache, say);
}
