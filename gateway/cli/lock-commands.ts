import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { LOCK_ID_PATTERN } from '#protocol/ids.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { directionsIn, type GuideOptions, pictureChange, withGuideOptions } from './door-guide-options.ts'
import { type Globals, globalsOf } from './globals.ts'
import { type LockView, listLocks, lockView } from './list-locks.ts'

/** A lock's number as it may stand in a path. */
export function lockNumber(text: string): string {
  if (!LOCK_ID_PATTERN.test(text)) throw new InvalidArgumentError('a lock has a whole number above 0.')
  return text
}

function pulseSeconds(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new InvalidArgumentError('whole seconds, 3 to 30.')
  return Number(text)
}

interface LockOptions {
  name?: string
  area?: string
  pulse?: number
  org?: string
  owner?: string
}

const changesOf = ({ name, area, pulse, org, owner }: LockOptions) => ({
  ...(name !== undefined && { name }),
  ...(area !== undefined && { area }),
  ...(pulse !== undefined && { pulseS: pulse }),
  ...(org !== undefined && { organization: org }),
  ...(owner !== undefined && { owner }),
})

interface AddOptions extends LockOptions {
  publicKey?: string
  makeKey?: true
  takeOver?: true
}

interface ReflashOptions {
  publicKey?: string
  makeKey?: true
  keepKey?: true
}
const reflashed = z.object({ lock: z.looseObject({ keyGeneration: z.number() }), flashing: z.looseObject({}) })

/** Of a lock that somebody else may have had. */
const keysOfLock = z.object({ keysStillGood: z.number(), keysRevoked: z.number() })

const changed = keysOfLock.partial().extend({ lock: lockView })

/** Nothing when it has none: then there is nothing to think of. */
function toldOfKeys(lockId: string, { keysStillGood, keysRevoked }: z.infer<typeof keysOfLock>): string[] {
  return [
    ...(keysRevoked > 0 ? [`${keysRevoked} ${keysRevoked === 1 ? 'key' : 'keys'} of it revoked.`] : []),
    ...(keysStillGood > 0
      ? [
          `${keysStillGood} ${keysStillGood === 1 ? 'key of it stays' : 'keys of it stay'} good, whoever made them: see key list --lock ${lockId}, or revoke them all with lock set ${lockId}, its --org or --owner, and --revoke-keys.`,
        ]
      : []),
  ]
}

const withLockOptions = (command: Command): Command =>
  command
    .option('--area <text>', 'part of the building')
    .option('--pulse <seconds>', 'how long the bolt stays withdrawn, 3 to 30', pulseSeconds)
    .option('--org <id>', 'organization that the lock belongs to')
    .option('--owner <user>', 'id of the user who owns the lock')

export function addLockCommands(program: Command, context: CliContext): void {
  const lock = program.command('lock').description('add, change and list locks')

  withLockOptions(lock.command('add'))
    .description('add a lock, or complete one that the API created, and print once the JSON that it is flashed with')
    .argument('<lock>', 'number of the lock', lockNumber)
    .requiredOption('--name <text>', 'what people call the door')
    .option('--public-key <file>', 'public key made on the lock, P-256 in SPKI PEM')
    .option('--make-key', 'make the key pair here: the private key is printed once and kept nowhere')
    .option(
      '--take-over',
      'if a program prepared this number: take it from whoever that was, and revoke every key of it',
    )
    .action(async (lockId: string, options: AddOptions, command: Command) => {
      if ((options.publicKey === undefined) === (options.makeKey === undefined)) {
        throw new CommandError('give either --public-key FILE (made on the lock, the better way) or --make-key')
      }
      const key =
        options.publicKey === undefined ? { makeKey: true } : { publicKeyPem: context.readFile(options.publicKey) }
      const globals = globalsOf(command)
      const takeOver = options.takeOver === true && { takeOver: true }
      const body = { lockId: Number(lockId), ...changesOf(options), ...key, ...takeOver }
      const config = context.readConfig(globals.config)
      const answer = await context.withOwnerApi(config, (api) => api('POST', '/locks', body))
      const { flashing, ...keys } = expectAnswer(answer, keysOfLock.extend({ flashing: z.looseObject({}) }))
      context.print(JSON.stringify(flashing, null, globals.json ? 0 : 2))
      if (globals.json) return
      context.complain(
        `Lock ${lockId} is added. Flash it with the JSON above: its password${options.makeKey ? ' and private key are' : ' is'} shown this once.`,
      )
      for (const sentence of toldOfKeys(lockId, keys)) context.complain(sentence)
    })

  lock
    .command('reflash')
    .description('make what a lock is flashed with once more, after its board was changed or its password got about')
    .argument('<lock>', 'number of the lock', lockNumber)
    .option('--public-key <file>', 'of a key pair made on the new board, P-256 in SPKI PEM')
    .option('--make-key', 'make the new key pair here: the private key is printed once and kept nowhere')
    .option('--keep-key', 'the same board with its key pair and journal: only the password is another')
    .action(async (lockId: string, { publicKey, makeKey, keepKey }: ReflashOptions, command: Command) => {
      if ([publicKey, makeKey, keepKey].filter((given) => given !== undefined).length !== 1) {
        throw new CommandError(
          'give just one: --public-key FILE (made on the new board, the better way), --make-key, or --keep-key',
        )
      }
      const globals = globalsOf(command)
      const publicKeyPem = publicKey === undefined ? undefined : context.readFile(publicKey)
      const body = { publicKeyPem, makeKey, keepKey }
      const config = context.readConfig(globals.config)
      const answer = await context.withOwnerApi(config, (api) => api('POST', `/locks/${lockId}/reflash`, body))
      const { lock, flashing } = expectAnswer(answer, reflashed)
      context.print(JSON.stringify(flashing, null, globals.json ? 0 : 2))
      if (globals.json) return
      context.complain(
        keepKey === true
          ? `Lock ${lockId} has another password, shown this once. Leave its key pair and journal as they are.`
          : `Lock ${lockId} has key pair ${lock.keyGeneration} now. Flash the board with the JSON above and an empty journal: its password${makeKey ? ' and private key are' : ' is'} shown this once. Nothing that the board before it says counts any more: what it left unconfirmed is for you to settle (opening list).`,
      )
      if (config.broker.mode === 'external')
        context.complain('Export the passwords to your broker now (broker export).')
    })

  withGuideOptions(withLockOptions(lock.command('set')))
    .description('change what is known of a lock; what is not named stays as it is')
    .argument('<lock>', 'number of the lock', lockNumber)
    .option('--name <text>', 'what people call the door')
    .option('--revoke-keys', 'with --org or --owner: revoke every key of the lock in the same moment')
    .action(async (lockId: string, options: LockOptions & GuideOptions & { revokeKeys?: true }, command: Command) => {
      const globals = globalsOf(command)
      const changes = { ...changesOf(options), ...directionsIn(options) }
      const isGiven = options.org !== undefined || options.owner !== undefined
      if (options.revokeKeys === true && !isGiven)
        throw new CommandError('--revoke-keys goes with --org or --owner: name the holder, the present one too')
      const isOnlyPicture = Object.keys(changes).length === 0
      if (isOnlyPicture && options.picture === undefined)
        throw new CommandError(
          'nothing to change: name at least one of --name --area --pulse --org --owner --directions --picture',
        )
      const changePicture = await pictureChange(lockId, options, context)
      const config = context.readConfig(globals.config)
      const body = { ...changes, ...(options.revokeKeys === true && { revokeKeys: true }) }
      const { lock, ...keys } = await context.withOwnerApi(config, async (api) => {
        // The picture first, because it is the more likely to be refused: then nothing is changed.
        const pictured = changePicture === null ? null : expectAnswer(await changePicture(api), changed)
        if (pictured !== null && isOnlyPicture) return pictured
        return expectAnswer(await api('PATCH', `/locks/${lockId}`, body), changed)
      })
      if (globals.json) context.print(JSON.stringify({ locks: [lock], ...keys }))
      else printLocks([lock], globals, context)
      const told = keysOfLock.safeParse(keys)
      if (told.success && !globals.json)
        for (const sentence of toldOfKeys(lockId, told.data)) context.complain(sentence)
    })

  lock
    .command('list')
    .description('list the locks of the site')
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      printLocks(await context.withOwnerApi(config, listLocks), globals, context)
    })
}

function printLocks(locks: readonly LockView[], globals: Globals, context: CliContext): void {
  if (globals.json) context.print(JSON.stringify({ locks }))
  else if (locks.length === 0) context.print('No locks yet: add one with lock add.')
  for (const { lockId, name, area, pulseS, organization, owner, keyMadeBy, online } of globals.json ? [] : locks) {
    const facts = [
      area,
      `pulse ${pulseS} s`,
      organization && `organization ${organization}`,
      owner && `owner ${owner}`,
      keyMadeBy === null && 'no public key yet: lock add',
    ]
    context.print(`${lockId}  ${online ? 'online ' : 'offline'}  ${name}  (${facts.filter(Boolean).join(', ')})`)
  }
}
