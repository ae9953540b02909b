import { defineConfig } from 'vitest/config'

const area = process.env.LATCHKEY_MUTATE ?? ''

/**
 * The tests that need no process of their own, nearest first: quick enough to be run for each of some thousand changes. What
 * they don't notice can be tried with more: LATCHKEY_MUTATE_TESTS=domain,http,store.
 */
const NEAREST: Record<string, readonly string[]> = {
  domain: ['domain'],
  store: ['store'],
  'lock-link': ['lock-link'],
  broker: ['broker'],
  protocol: ['protocol'],
}
const folders = process.env.LATCHKEY_MUTATE_TESTS?.split(',') ?? NEAREST[area] ?? []

export default defineConfig({
  // A change in what runs in another thread is not seen there: the store's writer runs in the test's own.
  resolve: {
    alias: { 'node:worker_threads': new URL('../store/support/worker-in-this-thread.ts', import.meta.url).pathname },
  },
  test: {
    include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
    // The death of a writer can only be seen where it is a thread of its own.
    exclude: ['test/store/file/sudden-death.test.ts', 'test/store/writer/lost-answers.test.ts'],
    // Nor can what goes on while a writer of its own is at work.
    testNamePattern: /^(?!.*reads answer, with what was committed before, while a commit takes long)/,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
