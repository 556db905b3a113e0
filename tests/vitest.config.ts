import { defineConfig } from 'vitest/config'
import { LongestFirst } from './support/longest-first.ts'

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    // A file is one room's rules; each gets its own copy of the template database.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'rules',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/e2e/**'],
          globalSetup: ['tests/support/start-postgres.ts'],
          setupFiles: ['tests/support/environment.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/support/start-shared-product.ts'],
          // Two at once, but never two that look at the same product.
          setupFiles: ['tests/support/wait-for-product.ts'],
          testTimeout: 240_000,
        },
      },
    ],
  },
})
