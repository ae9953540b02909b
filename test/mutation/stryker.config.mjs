/**
 * Changes the product a little, some thousand times, and looks whether a test notices: `npm run mutate -- domain` in this
 * folder, or another area. The report lists what no test noticed. See README.md.
 */
const AREAS = {
  domain: ['gateway/domain/**/*.ts'],
  store: ['gateway/store/**/*.ts'],
  'lock-link': ['gateway/lock-link/**/*.ts'],
  broker: ['broker/**/*.ts'],
  protocol: ['protocol/**/*.ts'],
}

const area = process.env.LATCHKEY_MUTATE ?? ''
/** Places instead of the whole area, `gateway/domain/time/clock.ts:9:2-9:30`: those that a first run found unnoticed. */
const places = process.env.LATCHKEY_MUTATE_PLACES?.split(',')
const mutate = AREAS[area] && (places ?? AREAS[area])
if (mutate === undefined) throw new Error(`set LATCHKEY_MUTATE to one of ${Object.keys(AREAS).join(', ')}`)

export default {
  mutate,
  testRunner: 'vitest',
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: true },
  // Vitest's threads strip types by WebAssembly: see vitest.config.ts at the top.
  testRunnerNodeArgs: ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'],
  coverageAnalysis: 'perTest',
  // What is computed once when a file is loaded (schemas, tables) would need a process for each change.
  ignoreStatic: true,
  concurrency: Number(process.env.LATCHKEY_MUTATE_AT_ONCE ?? 2),
  timeoutMS: 10_000,
  ignorePatterns: ['test/mutation/node_modules', 'bench-results', 'data'],
  reporters: ['clear-text', 'json', 'progress'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  jsonReporter: { fileName: `bench-results/mutation-${area}.json` },
  tempDirName: 'bench-results/stryker',
}
