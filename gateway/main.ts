import { readFileSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { CommandError } from '#cli/context.ts'
import { createProgram } from '#cli/program.ts'
import { StoreFault } from '#domain/ports.ts'
import { StoreOpenError } from '#store/store-open-error.ts'
import { ConfigError, readConfig } from './config.ts'
import { startGateway } from './gateway.ts'
import { withOwnerApi } from './owner-api.ts'
import { realClock } from './real-clock.ts'
import { readRelease } from './release.ts'
import { StartupError } from './startup-error.ts'

/** sysexits.h: something in the configuration. */
const EX_CONFIG = 78

const program = createProgram(readRelease().version, {
  nowMs: () => realClock.nowMs(),
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  readFile: (name) => {
    try {
      return readFileSync(name, 'utf8')
    } catch {
      throw new CommandError(`cannot read ${name}: is it there, and may this user read it?`)
    }
  },
  writeFile: (name, content) => writeFileSync(name, content, { mode: 0o600 }),
  readInput: () => text(process.stdin),
  readConfig,
  serve: async (config) => {
    const gateway = await startGateway(config, realClock)
    await new Promise<void>((resolve) => {
      process.once('SIGTERM', resolve)
      process.once('SIGINT', resolve)
    })
    await gateway.close()
  },
  withOwnerApi: (config, use) => withOwnerApi(config, realClock, use),
})

try {
  await program.parseAsync(process.argv)
} catch (error) {
  process.stderr.write(`latchkey: ${wordsFor(error)}\n`)
  process.exitCode = error instanceof ConfigError ? EX_CONFIG : 1
}

/** What is foreseen has its own words; anything else is ours to mend, and its stack is for us. */
function wordsFor(error: unknown): string {
  if (
    error instanceof ConfigError ||
    error instanceof StartupError ||
    error instanceof CommandError ||
    error instanceof StoreOpenError ||
    error instanceof StoreFault
  ) {
    return error.message
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
