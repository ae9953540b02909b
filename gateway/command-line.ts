import { writeFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { userInfo } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { isatty } from 'node:tty'
import { CommanderError } from 'commander'
import { CommandError } from '#cli/context.ts'
import { harmless } from '#cli/harmless.ts'
import { createProgram } from '#cli/program.ts'
import { COLUMNS } from '#cli/wrapped.ts'
import { readPictureFile } from '#pictures/read-picture-file.ts'
import { ConfigError } from './config/config.ts'
import { readConfig } from './config/read-config.ts'
import { StoreFault } from './domain/store-fault.ts'
import { askGateway, withOwnerApi } from './owner/owner-api.ts'
import { confirm } from './runtime/confirm.ts'
import { growFile } from './runtime/growing-file.ts'
import { createPrivateFile, createPrivateFolder } from './runtime/private-file.ts'
import { readBounded } from './runtime/read-bounded.ts'
import { realClock } from './runtime/real-clock.ts'
import { readRelease } from './runtime/release.ts'
import { StartupError, systemErrorCode } from './runtime/startup-error.ts'
import { toldToEnd } from './runtime/told-to-end.ts'
import { becomeOwnerForGood } from './site/data-dir.ts'
import { endedCertificates } from './site/ended-certificates.ts'
import { StoreOpenError } from './store/file/store-open-error.ts'

const COMPILED_KEPT_AFTER_MS = 10_000
/** Keys, lists of doors and messages are far smaller. */
const READ_MAX_BYTES = 16 * 1_048_576

/** sysexits.h: something in the configuration. */
const EX_CONFIG = 78

/** What a command reads and writes: of the process, or of whoever runs it. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; hasColors?(): boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

/**
 * Runs one command to its end.
 *
 * @param args as after the program's name
 * @returns the exit code: 0, 1, or 78 of sysexits.h for what is wrong with the config
 */
export async function runCommandLine(args: readonly string[], streams: Streams): Promise<number> {
  const { stdin, stdout, stderr } = streams
  const wantsJson = args.includes('--json')
  const release = readRelease()
  let code = 0
  const program = createProgram(release.version, {
    wantsJson,
    nowMs: () => realClock.nowMs(),
    userName,
    terminal: stdout.isTTY
      ? { columns: stdout.columns || COLUMNS, hasColours: stdout.hasColors?.() === true && !process.env.NO_COLOR }
      : null,
    // JSON is for programs, which get what is stored.
    print: (line) => stdout.write(`${wantsJson ? line : harmless(line)}\n`),
    complain: (line) => stderr.write(`${harmless(line)}\n`),
    readFile: (name) => bytesOf(name).toString('utf8'),
    readBytes: bytesOf,
    readPicture: async (name) => {
      const read = await readPictureFile(name)
      if ('why' in read) throw new CommandError(`${name} ${read.why}: give a PNG, JPEG or WebP file`)
      return read
    },
    writeFile: (name, content) => {
      try {
        writeFileSync(name, content, { mode: 0o600 })
      } catch (error) {
        throw new CommandError(`cannot write ${name} (${systemErrorCode(error) ?? 'no access'}): choose another place`)
      }
    },
    createPrivateFile,
    createPrivateFolder,
    drawAnew: stderr.isTTY ? (line) => void stderr.write(`\r\u001b[K${line}`) : null,
    inspectSite: (config) => {
      const { releasedAtMs } = release
      // In a file of its own that is read when it is asked for: no other command needs what it reads.
      return import('./doctor/inspect-site.ts').then(({ inspectSite }) =>
        inspectSite(config, { nowMs: realClock.nowMs(), releasedAtMs }),
      )
    },
    endWith: (exitCode) => {
      code = exitCode
    },
    readInput: () => text(stdin),
    readConfig,
    serve: async (config, ready) => {
      // Read here, because no other command needs it, and before this process becomes somebody who may not be allowed to.
      const { startGateway } = await import('./gateway.ts')
      becomeOwnerForGood(config.dataDir)
      // In a terminal SIGHUP says that the terminal has gone; to a service it is a wish to read files again.
      const inTerminal = isatty(0)
      const ended = toldToEnd(['SIGTERM', 'SIGINT', ...(inTerminal ? (['SIGHUP'] as const) : [])])
      let isReloadWanted = false
      let reload = (): void => {
        isReloadWanted = true
      }
      const onHangup = () => reload()
      if (!inTerminal) process.on('SIGHUP', onHangup)
      const gateway = await startGateway(config, realClock).catch((error: unknown) => {
        process.off('SIGHUP', onHangup)
        ended.stopListening()
        throw error
      })
      reload = () => gateway.reload({ signal: 'SIGHUP' })
      if (isReloadWanted) reload()
      const { publicUrl, urls, broker, brokerAddress } = gateway
      const outOfDate = endedCertificates(config.http.listeners, realClock.nowMs())
      ready({ publicUrl, urls, broker, brokerAddress, endedCertificates: outOfDate })
      // A gateway that only ever loses its power never comes to its end, where Node would write what it compiled.
      setTimeout(flushCompileCache, COMPILED_KEPT_AFTER_MS).unref()
      await gateway.close({ signal: await ended.signal })
    },
    growFile: (name) => growFile(name, stdout),
    confirm: (question) => confirm(question, { input: stdin, output: stderr }),
    pause: (ms) => pause(ms),
    withOwnerApi: (config, use) => withOwnerApi(config, realClock, use, userName()),
    askGateway: (config, path) => askGateway(config, path, userName()),
  })

  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    code = tell(error, wantsJson, stderr)
  }
  return code
}

/** Says it, and answers the exit code. */
function tell(error: unknown, wantsJson: boolean, stderr: Writable): number {
  const say = (line: string) => void stderr.write(`${line}\n`)
  const asJson = (words: string, facts: { readonly reason: string | null; readonly details?: readonly object[] }) =>
    say(JSON.stringify({ error: words, reason: facts.reason, details: facts.details ?? [] }))
  if (error instanceof CommanderError) {
    // Said already, with the way to the help; help itself and the version are no errors.
    if (wantsJson && error.exitCode !== 0) asJson(error.message.replace(/^error: /, ''), { reason: 'usage' })
    return error.exitCode
  }
  const exitCode = error instanceof ConfigError ? EX_CONFIG : error instanceof CommandError ? error.exitCode : 1
  if (!wantsJson) say(`latchkey: ${harmless(wordsFor(error))}`)
  else if (error instanceof CommandError) asJson(error.message, error)
  else asJson(wordsFor(error), { reason: error instanceof ConfigError ? 'config' : null })
  return exitCode
}

function bytesOf(name: string): Buffer {
  let bytes: Buffer | null
  try {
    bytes = readBounded(name, READ_MAX_BYTES)
  } catch {
    throw new CommandError(`cannot read ${name}: is it there, and may this user read it?`)
  }
  if (bytes === null) throw new CommandError(`${name} has more than 16 MiB: is it the file that you mean?`)
  return bytes
}

/** What is foreseen has its own words; anything else is ours to mend, and its stack is for us. */
function wordsFor(error: unknown): string {
  if (error instanceof CommandError) return error.words
  if (error instanceof ConfigError || error instanceof StartupError) return error.message
  if (error instanceof StoreOpenError) return `${error.message}: ${error.advice}`
  if (error instanceof StoreFault) return `the store failed (${error.message}): is the disk full or failing?`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** As root for somebody, that somebody. A user id without an entry has no name. */
function userName(): string {
  try {
    return process.env.SUDO_USER ?? userInfo().username
  } catch {
    return 'unknown'
  }
}
