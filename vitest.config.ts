import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{plugin-kit,gateway,doc-service,web,scripts,examples}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**', 'web/e2e/**'],
    globalSetup: ['scripts/testing/postgres.setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
