import { findPythonEnvironment } from './python-environment.js';

export const feastVersion = '0.67.0';

/** The `bin` folder with `feast` and its Python (584 MB). @throws where it cannot be installed. */
export async function findFeast(
  env: NodeJS.ProcessEnv,
  cache: string,
  say: (text: string) => void,
): Promise<string> {
  return await findPythonEnvironment(
    { name: `feast-${feastVersion}`, requirements: [`feast==${feastVersion}`] },
    env,
    cache,
    say,
  );
}
