import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [swc.vite({ module: { type: 'es6' } })],
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts', 'web/**/*.spec.ts'],
    exclude: ['test/integration/**', 'node_modules/**'],
    // They end what hangs, on the slowest machine. What has to be in time says so itself.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    // Each spec would load Nest, TypeORM and the database's engine anew; none of them leaves anything behind.
    isolate: false,
  },
});
