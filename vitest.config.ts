import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['engine/**/*.test.ts'],
    reporters: ['default', './engine/testing/closing-line.ts'],
    testTimeout: 30_000,
    // Many tests wait for windows in real time, so that on two CPUs one worker, which is the default, leaves half of them idle.
    maxWorkers: '100%',
  },
})
