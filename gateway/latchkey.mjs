#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets far enough to hand over to the pinned runtime or to say what is missing.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { isatty } from 'node:tty'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const main = fileURLToPath(new URL('main.ts', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  process.argv[1] = main
  // A wish to read files again, which `serve` fulfils once it is up: until then it must not end a service that starts.
  if (!isatty(0)) process.on('SIGHUP', () => {})
  await import('./runtime/typescript.mjs')
  await import('./main.ts')
} else {
  // In a checkout the runtime lies in our own node_modules; as a dependency, beside us in somebody else's.
  const pinned = ['../node_modules/.bin/node', '../../.bin/node']
    .map((name) => fileURLToPath(new URL(name, import.meta.url)))
    .find((file) => existsSync(file))
  if (pinned === undefined) {
    process.stderr.write(
      `latchkey needs Node ${NEEDED} or newer, this is ${process.versions.node}: install that, or run npm ci (without --omit=dev), which brings its own\n`,
    )
    process.exit(78)
  }
  const prepare = new URL('runtime/typescript.mjs', import.meta.url).href
  const child = spawn(pinned, ['--import', prepare, main, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`latchkey cannot run its Node ${NEEDED}: ${error.message}\n`)
    process.exit(78)
  })
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]))
}
