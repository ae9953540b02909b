import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { directionsIn, type GuideOptions, pictureChange, withGuideOptions } from './door-guide-options.ts'
import { type Globals, globalsOf } from './globals.ts'
import { type LockView, listLocks, lockView } from './list-locks.ts'
import { addLockBoardCommands } from './lock-board-commands.ts'
import { lockNumber, withOut } from './lock-options.ts'
import { addLockRecordCommands } from './lock-record-commands.ts'
import { publicKeyIn } from './public-key-file.ts'
import { SheetPlace } from './sheet-place.ts'
import { bothTimes } from './times.ts'

function pulseSeconds(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new InvalidArgumentError('whole seconds, 3 to 30.')
  return Number(text)
}

/** Null for as long as the configuration says. */
function offlineMinutes(text: string): number | null {
  if (text === 'default') return null
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('whole minutes, 1 to 1440, or default.')
  return Number(text)
}

interface LockOptions {
  name?: string
  area?: string
  pulse?: number
  offlineAfter?: number | null
  org?: string
  owner?: string
}

const changesOf = ({ name, area, pulse, offlineAfter, org, owner }: LockOptions) => ({
  ...(name !== undefined && { name }),
  ...(area !== undefined && { area }),
  ...(pulse !== undefined && { pulseS: pulse }),
  ...(offlineAfter !== undefined && { offlineAfterMin: offlineAfter }),
  ...(org !== undefined && { organization: org }),
  ...(owner !== undefined && { owner }),
})

interface AddOptions extends LockOptions {
  publicKey?: string
  makeKey?: true
  takeOver?: true
  out?: string
}

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
  const lock = program.command('lock').description('add, change, replace, retire, show and list locks')

  withOut(withLockOptions(lock.command('add')))
    .description('add a lock, or complete one that the API created, and print once the JSON that it is flashed with')
    .argument('<lock>', 'number of the lock', lockNumber)
    .requiredOption('--name <text>', 'what people call the door')
    .option('--public-key <file>', 'public key made on the lock, P-256: PEM, JWK, DER, hex or what else there is')
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
        options.publicKey === undefined ? { makeKey: true } : { publicKeyPem: publicKeyIn(options.publicKey, context) }
      const globals = globalsOf(command)
      const takeOver = options.takeOver === true && { takeOver: true }
      const body = { lockId: Number(lockId), ...changesOf(options), ...key, ...takeOver }
      const config = context.readConfig(globals.config)
      const place = SheetPlace.of(options.out, context)
      const { flashing, ...keys } = await place.filledBy(async () =>
        expectAnswer(
          await context.withOwnerApi(config, (api) => api('POST', '/locks', body)),
          keysOfLock.extend({ flashing: z.looseObject({}) }),
        ),
      )
      place.put(flashing, { lockId: Number(lockId), ...keys }, globals)
      if (globals.json) return
      context.complain(
        `Lock ${lockId} is added. Flash it with ${place.words}: its password${options.makeKey ? ' and private key are' : ' is'} shown this once.`,
      )
      for (const sentence of toldOfKeys(lockId, keys)) context.complain(sentence)
    })

  addLockBoardCommands(lock, context)
  addLockRecordCommands(lock, context)

  withGuideOptions(withLockOptions(lock.command('set')))
    .description('change what is known of a lock; what is not named stays as it is')
    .argument('<lock>', 'number of the lock', lockNumber)
    .option('--name <text>', 'what people call the door')
    .option('--offline-after <minutes>', 'how long it may be away before an alarm begins, or default', offlineMinutes)
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
          'nothing to change: name at least one of --name --area --pulse --offline-after --org --owner --directions --picture',
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
      const [locks, retired] = await context.withOwnerApi(config, async (api) => [
        await listLocks(api),
        await listLocks(api, { retired: true }),
      ])
      if (globals.json) return context.print(JSON.stringify({ locks, retired }))
      printLocks(locks, globals, context)
      if (retired.length > 0) context.print('Retired:')
      for (const { lockId, name, retiredAt } of retired)
        context.print(`${lockId}  retired ${bothTimes(retiredAt ?? '', config.site.timeZone)}  ${name}`)
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
