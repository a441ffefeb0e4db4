/** The packages that ours is measured against, installed into a cache outside the project; what cannot be had is left out. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('./peers/', import.meta.url));
const packages = ['hdbscan==0.8.44', 'fast_hdbscan==0.3.4', 'scikit-learn==1.9.1', 'numpy==2.2.6'];

/** What is measured, for the head of the table; peers/rust/Cargo.toml says which crate. */
export const versions = [...packages.map((name) => name.replace('==', ' ')), 'hdbscan-rs 0.6.1'];

function succeeds(command, args, options = {}) {
  return spawnSync(command, args, { stdio: 'inherit', ...options }).status === 0;
}

/** Gives, for every peer that is there, the command of one fit and whether it can use several threads. */
export function installPeers(cache) {
  mkdirSync(cache, { recursive: true });
  const python = path.join(cache, 'venv/bin/python');
  const imports = (module) => succeeds(python, ['-c', `import ${module}`], { stdio: 'ignore' });
  if (!existsSync(python)) succeeds('python3', ['-m', 'venv', path.join(cache, 'venv')]);
  if (existsSync(python) && !['hdbscan', 'fast_hdbscan', 'sklearn'].every(imports)) {
    succeeds(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  }
  const peers = {};
  for (const [name, module] of Object.entries({
    hdbscan: 'hdbscan',
    fast_hdbscan: 'fast_hdbscan',
    sklearn: 'sklearn',
  })) {
    if (!existsSync(python) || !imports(module)) continue;
    peers[name] = {
      threaded: true,
      command: (args) => [python, [path.join(sources, 'fit.py'), name, ...args]],
    };
  }
  const crate = path.join(cache, 'rust');
  const binary = path.join(crate, 'target/release/hdbscan-peer');
  cpSync(path.join(sources, 'rust'), crate, { recursive: true, preserveTimestamps: true });
  succeeds('cargo', ['build', '--release', '--quiet'], { cwd: crate });
  if (existsSync(binary)) {
    // It takes no number of threads.
    peers['hdbscan-rs'] = {
      threaded: false,
      command: (args) => [binary, args.filter((_, i) => i !== 5)],
    };
  }
  return peers;
}
