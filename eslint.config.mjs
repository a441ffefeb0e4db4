import { builtinModules } from 'node:module';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const nodeBuiltins = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)];

export default defineConfig(
  globalIgnores(['dist/**', 'node_modules/**', '.segments/**', 'shared/clustering/assembly/**']),
  tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // Workflow code runs in the deterministic sandbox: what reaches outside must not even be importable there.
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: nodeBuiltins.map((name) => ({
            name,
            message: 'Workflows are deterministic: no Node built-ins. Do it in an activity.',
          })),
        },
      ],
      'no-restricted-globals': ['error', 'process', 'Buffer', 'fetch', 'setImmediate'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'No clock in workflows: pass the time in.' },
        { object: 'Math', property: 'random', message: 'No randomness in workflows.' },
      ],
    },
  },
  {
    files: ['cli/**/*.ts', 'infra/**/*.ts', 'bench/**/*.ts', '**/*.mjs'],
    rules: { 'no-console': 'off' },
  },
  prettier,
);
