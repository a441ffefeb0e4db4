import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: 'tests/support/install-chromium.ts',
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // Two cores: more files at once only make the real servers time out.
    maxWorkers: 2,
  },
});
