import { defineConfig } from 'vitest/config';

const pure = 'tests/{unit,golden,replay}/**/*.test.ts';
const heavy = 'tests/integrations/**/*.test.ts';
const globalSetup = 'tests/support/install-chromium.ts';

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // Two cores: more files at once only make the real servers time out.
    maxWorkers: 2,
    projects: [
      // Pure functions keep nothing between files: each process loads the code once, not once a file.
      { extends: true, test: { name: 'unit', include: [pure], isolate: false } },
      {
        extends: true,
        test: { name: 'whole', globalSetup, include: ['tests/**/*.test.ts'], exclude: [pure, heavy] },
      },
      // Against servers that take minutes to install: `npm run test:integrations`.
      { extends: true, test: { name: 'integrations', globalSetup, include: [heavy] } },
    ],
  },
});
