import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['engine/**/*.test.ts'],
    reporters: ['default', './engine/testing/closing-line.ts'],
    testTimeout: 30_000,
  },
})
