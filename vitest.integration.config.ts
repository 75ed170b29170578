import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

/** The end-to-end tests once more on a real PostgreSQL, and those that need other real parts. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: [
        'test/integration/**/*.spec.ts',
        'test/{admin,docs,api-keys,auth,database,health,keycloak,legacy,usage,verification}/**/*.spec.ts',
      ],
      // They bring the embedded database with them.
      exclude: ['test/database/embedded.e2e.spec.ts', 'test/keycloak/ready-at-once.e2e.spec.ts'],
      globalSetup: 'test/support/integration-setup.ts',
    },
  }),
);
