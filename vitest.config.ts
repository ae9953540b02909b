import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(
    `Node ${process.versions.node} runs this: use npm test, which has the pinned Node 24 first in its PATH`,
  )
}

// Beside the usual output, for a program that counts.
const report = process.env.LATCHKEY_TEST_REPORT

/** One replaces what the system answers, which others of the process would have read before; one measures its own thread's work. */
const APART = ['test/site/many-sockets.test.ts', 'test/pictures/hostile-files.test.ts']
const EXCLUDED = ['test/bench/**', 'node_modules/**']

export default defineConfig({
  test: {
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    // Half of what a short test takes is reading our sources: files come one after the other in the same process.
    projects: [
      {
        extends: true,
        test: { name: 'shared', isolate: false, include: ['test/**/*.test.ts'], exclude: [...EXCLUDED, ...APART] },
      },
      { extends: true, test: { name: 'apart', include: APART, exclude: EXCLUDED } },
    ],
    setupFiles: ['test/setup.ts'],
    // A test of the command line starts a dozen programs, and a busy machine takes seconds for each.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Each writer thread strips types by WebAssembly, and V8 may lose a page of its code (`jit_page.has_value()`, an abort) when
    // the optimizing compiler adds to it from another thread. Tests start hundreds of such threads.
    execArgv: ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'],
    // Journeys wait more than they compute; Vitest would leave one core free and take twice as long.
    maxWorkers: Math.max(2, availableParallelism()),
  },
})
