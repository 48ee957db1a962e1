import { defineConfig } from 'vitest/config';

/** As a user: the packaged extension in a real workbench. One editor at a time; the steps of a file build on each other. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 420_000,
    hookTimeout: 420_000,
    // A window draws later than a test that asks for it, most of all on a busy machine.
    expect: { poll: { timeout: 20_000, interval: 100 } },
    fileParallelism: false,
    bail: 0,
  },
});
