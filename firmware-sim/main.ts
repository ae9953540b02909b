import { readFileSync } from 'node:fs'
import process from 'node:process'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type Faults, noFaults } from './board/faults.ts'
import { fileFlash } from './board/flash-file.ts'
import { BadInput, readFlashingSheet, readPrivateKey } from './flashing-sheet.ts'
import type { SimulatedLockOptions } from './lock-options.ts'
import { startSimulatedLock } from './simulated-lock.ts'

/** The exit code of sysexits.h for a configuration that can't work. */
const EXIT_CONFIG = 78

interface Given extends Partial<Omit<Faults, 'ackOverride'>> {
  flash: string
  privateKey?: string
  url?: string
  ca?: string
  state?: string
  boltTravelMs: number
  bootUptimeS: number
  batteryPercent?: number
  verbose: boolean
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`)
const complain = (line: string): boolean => process.stderr.write(`${line}\n`)

const program = new Command('node firmware-sim/lock-sim.mjs')
  .description('One simulated lock on any MQTT broker. It prints every movement of its bolt until SIGTERM or SIGINT.')
  .requiredOption('--flash <file>', 'the JSON that "latchkey lock add" or "lock reflash" printed')
  .option('--private-key <file>', 'the lock’s own P-256 private key (PEM or JWK), when the flash JSON has none')
  .option('--url <url>', 'broker, instead of the one in the flash JSON: mqtt://host:port or mqtts://host:port')
  .option('--ca <file>', 'PEM of the CA that signed the broker’s certificate, for mqtts')
  .option(
    '--state <file>',
    'keep journal and boots here, so that they survive this program; a new key pair begins with a new file',
  )
  .option('--bolt-travel-ms <ms>', 'how long the motor runs', whole, 300)
  .option('--boot-uptime-s <s>', 'begin with this uptime', whole, 0)
  .option('--battery-percent <percent>', 'report this battery (default: unknown)', percent)
  .option('--verbose', 'print every message and what the lock made of it', false)
  .optionsGroup('Faults:')
  .option('--deaf', 'commands are lost on their way')
  .option('--lose-next-commands <n>', 'the next n commands are lost', whole)
  .option('--mute', 'acks are lost on their way')
  .option('--lose-next-acks <n>', 'the next n acks are lost', whole)
  .option('--late-ms <ms>', 'acks leave this much later', whole)
  .option('--refuse <reason>', 'refuse every open command with this reason, such as privacy or battery', slug)
  .option('--refuse-next <n>', 'with --refuse: only the next n', whole)
  .option('--jam', 'the bolt does not come back')
  .option('--duplicate-acks <n>', 'every ack leaves n more times', whole)
  .option('--forge-signature', 'acks leave signed by a foreign key')
  .option('--true-ack-after-ms <ms>', 'with --forge-signature: the true ack follows', whole)
  .option('--crystal-ppm <ppm>', 'the clock is off, 50000 is 5 % too fast', ppm)
  .addOption(
    new Option('--reboot-at <point>', 'lose power once').choices([
      'before-intent',
      'after-intent',
      'before-outcome',
      'after-outcome',
    ]),
  )
  .option('--no-reboot-moves-bolt', 'with --reboot-at after-intent: the bolt had not moved yet')
  .option('--flash-write-ms <ms>', 'every write to its flash takes this long', whole)
  .option('--flash-fails', 'its flash takes no write')
  .option('--silent-hello', 'questions for a hello stay unanswered')
  .exitOverride()
  .action(async (given: Given) => await run(given))

async function run(given: Given): Promise<void> {
  const options = await readOptions(given)
  const stopped = new Promise<void>((stop) => {
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  })
  const starting = startSimulatedLock(options)
  await Promise.race([stopped, starting.then((lock) => say(`online: lock ${options.lockId}, boot ${lock.bootId}`))])
  await stopped
  // A lock that never got online has nobody to say goodbye to.
  const lock = await Promise.race([starting, Promise.resolve(null)])
  await lock?.stop()
  process.exit(0)
}

async function readOptions(given: Given): Promise<SimulatedLockOptions> {
  const sheet = await readFlashingSheet(readText(given.flash), given.flash)
  const privateKey =
    given.privateKey === undefined
      ? sheet.privateKey
      : await readPrivateKey(readText(given.privateKey), given.privateKey)
  if (privateKey === null) throw new BadInput(`${given.flash} has no privateKey: give the lock’s own by --private-key`)
  const flash = given.state === undefined ? undefined : fileFlash(given.state)
  try {
    flash?.load()
  } catch {
    throw new BadInput(`${given.state} is not a state file of a simulated lock`)
  }
  let lastComplaint = ''
  const complainOnce = (line: string) => {
    if (line !== lastComplaint) complain(line)
    lastComplaint = line
  }
  return {
    ...sheet,
    privateKey,
    url: given.url === undefined ? sheet.url : brokerUrl(given.url),
    ca: given.ca === undefined ? undefined : readText(given.ca),
    ...(flash === undefined ? {} : { flash }),
    faults: faultsOf(given),
    crystalPpm: given.crystalPpm ?? 0,
    boltTravelMs: given.boltTravelMs,
    bootUptimeS: given.bootUptimeS,
    batteryPercent: given.batteryPercent ?? null,
    startTimeoutMs: null,
    onMovement: ({ kind, commandId, openingId }) => say(`${kind}: opening ${openingId}, command ${commandId}`),
    onMessage: ({ direction, kind, message, note }) => {
      if (given.verbose) say(`${direction} ${kind}: ${note}${message === '' ? '' : ` ${message}`}`)
    },
    onConnectionFailure: ({ message }) => complainOnce(`no connection: ${message}; trying again`),
    onFlashFailure: ({ message }) => complainOnce(`flash not written: ${message}; trying again, and still until then`),
  }
}

function faultsOf(given: Given): Partial<Faults> {
  const names = Object.keys(noFaults(0))
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new BadInput(`${path} can't be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function brokerUrl(text: string): string {
  const protocol = URL.parse(text)?.protocol
  if (protocol === 'mqtt:' || protocol === 'mqtts:') return text
  throw new BadInput(`--url ${text} is not mqtt://host:port or mqtts://host:port`)
}

function whole(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

function percent(text: string): number {
  const value = whole(text)
  if (value <= 100) return value
  throw new InvalidArgumentError('It must be at most 100.')
}

function ppm(text: string): number {
  const value = Number(text)
  if (/^[+-]?\d{1,6}$/.test(text) && value > -1_000_000) return value
  throw new InvalidArgumentError('It must be a whole number of parts per million.')
}

function slug(text: string): string {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(text)) return text
  throw new InvalidArgumentError('It must be a slug, such as lockdown.')
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_CONFIG
  else if (error instanceof BadInput) {
    complain(error.message)
    process.exitCode = EXIT_CONFIG
  } else throw error
}
