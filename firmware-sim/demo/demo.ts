import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { CommandError } from '#cli/context.ts'
import { parseConfig } from '#config/config.ts'
import { startGateway } from '#gateway/gateway.ts'
import { readPublicKey } from '#public-keys/read-public-key.ts'
import { realClock } from '#runtime/real-clock.ts'
import { StartupError } from '#runtime/startup-error.ts'
import { toldToEnd } from '#runtime/told-to-end.ts'
import { prepareDataDir } from '#site/data-dir.ts'
import { StoreOpenError } from '#store/file/store-open-error.ts'
import { bootDemoSite } from './demo-site.ts'
import { DemoUser } from './demo-user.ts'
import { demoWords } from './demo-words.ts'

/** Most locks that one process plays without becoming the bottleneck of what it shows. */
const LOCKS_MAX = 2_000

/** A number that Germany keeps for films: it reaches nobody. */
const CONTACT = { name: 'Front desk', phone: '+49 30 23125 000', text: 'Day and night' }

interface Options {
  locks: number
  httpPort: number
  mqttPort: number
  data?: string
  json?: true
  seat?: number
  publicKey?: string
  host: string
}

const whole = (min: number, max: number) => (text: string) => {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new InvalidArgumentError(`a whole number from ${min} to ${max}.`)
}

function ownAddress(text: string): string {
  if (text !== '0.0.0.0' && text !== '::') return text
  throw new InvalidArgumentError('one address of this machine: links and boards need one to come to.')
}

const options = new Command('demo')
  .description('A whole site on this machine: gateway, broker, simulated locks over real TCP. Runs until Ctrl-C.')
  .option('--locks <n>', 'how many simulated locks', whole(1, LOCKS_MAX), 3)
  .option('--http-port <port>', '0 = any free', whole(0, 65_535), 0)
  .option('--mqtt-port <port>', '0 = any free', whole(0, 65_535), 0)
  .option('--data <dir>', 'keep the site in this directory; otherwise in a temporary one that is removed at the end')
  .option('--json', 'one line of JSON on standard output when ready, everything else on standard error')
  .option(
    '--seat <lock>',
    'leave the lock of this number to a real board, and show every message of it',
    whole(1, 999_999_999_999_999),
  )
  .option(
    '--public-key <file>',
    'with --seat: public key of the board, in any form; otherwise a pair is made and printed',
  )
  .option('--host <address>', 'address of this machine to listen on: a board has to reach it', ownAddress, '127.0.0.1')
  .parse()
  .opts<Options>()

/** Everything that is not the one answer of --json. */
const say = (line: string): boolean => (options.json ? process.stderr : process.stdout).write(`${line}\n`)

// A closed output pipe must not end the process: the temporary directory still has to be removed at its end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
const ended = toldToEnd(['SIGTERM', 'SIGINT', 'SIGHUP'])

try {
  await run()
} catch (error) {
  const foreseen = [StartupError, StoreOpenError, CommandError].some((kind) => error instanceof kind)
  process.stderr.write(`demo: ${error instanceof Error ? (foreseen ? error.message : error.stack) : String(error)}\n`)
  process.exitCode = 1
}

async function run(): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const dataDir = options.data ?? mkdtempSync(path.join(tmpdir(), 'latchkey-demo-'))
  if (options.data === undefined) opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  if (options.publicKey !== undefined && options.seat === undefined)
    throw new CommandError('--public-key goes with --seat: it is the key of the board that takes the seat')
  const seat = options.seat === undefined ? null : { lockId: options.seat, publicKeyPem: readKey(options.publicKey) }
  prepareDataDir(path.resolve(dataDir))
  const user = await DemoUser.of(dataDir)
  const config = parseConfig(
    {
      site: {
        ...{ id: 'demo', name: 'Demo House', organization: 'demo-house' },
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        contact: CONTACT,
      },
      dataDir: path.resolve(dataDir),
      http: { listeners: [{ host: options.host, port: options.httpPort }] },
      broker: { mode: 'embedded', host: options.host, port: options.mqttPort },
      jwt: user.jwtConfig,
      log: { level: 'warn' },
    },
    process.cwd(),
  )
  const gateway = await startGateway(config, realClock)
  opened.defer(() => gateway.close())
  const site = await bootDemoSite({
    config,
    gateway,
    clock: realClock,
    locks: options.locks,
    userId: user.userId,
    seat,
    say,
  })
  opened.defer(() => site.close())

  const httpUrl = gateway.publicUrl
  const { keys } = site
  const seated =
    options.seat === undefined || site.seatKey === null ? null : { lockId: options.seat, key: site.seatKey }
  const credentials = { apiKey: site.apiKey, token: await user.token() }
  if (options.json) {
    const mqttUrl = gateway.broker === null ? null : `mqtt://${gateway.broker.host}:${gateway.broker.port}`
    process.stdout.write(
      `${JSON.stringify({ httpUrl, mqttUrl, ...credentials, locks: site.lockIds.map((lockId) => ({ lockId })), keys, ...(seated && { seat: seated }) })}\n`,
    )
  } else {
    const lockId = site.lockIds[0] ?? options.seat ?? 1
    const { token, apiKey } = credentials
    const words = demoWords({
      ...{ httpUrl, keys, token, apiKey, lockId, lockCount: site.lockIds.length, nowMs: realClock.nowMs() },
      seat: seated,
    })
    for (const text of words) say(text)
  }
  await ended.signal
}

function readKey(file: string | undefined): string | null {
  if (file === undefined) return null
  const read = readPublicKey(bytesOf(file))
  if ('wrong' in read) throw new CommandError(`${file}: ${read.wrong}`)
  return read.publicKeyPem
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    throw new CommandError(`cannot read ${file}: --public-key takes the board's public key, in PEM or another form`)
  }
}
