import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // The .test.ts files are quick enough for every `npm test`; here they add their lines to the table.
    include: ['tests/faults/**/*.fault.ts', 'tests/faults/**/*.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    // Each file starts its own servers and worker processes: one after the other, or they starve each other.
    fileParallelism: false,
    reporters: ['verbose'],
  },
});
