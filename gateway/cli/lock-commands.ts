import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import { addLockExportCommand } from './bulk/lock-export-command.ts'
import { addLockImportCommand } from './bulk/lock-import-command.ts'
import { type CliContext, CommandError } from './context.ts'
import { directionsIn, type GuideOptions, pictureChange, withGuideOptions } from './door-guide-options.ts'
import { globalsOf } from './globals.ts'
import { asKnown, listLocks, lockView } from './list-locks.ts'
import { addLockBoardCommands } from './lock-board-commands.ts'
import { lockNumber, withOut } from './lock-options.ts'
import { addLockRecordCommands } from './lock-record-commands.ts'
import { printLocks } from './lock-table.ts'
import { publicKeyIn } from './public-key-file.ts'
import { SheetPlace } from './sheet-place.ts'
import { type Column, tableLines } from './table.ts'
import { bothTimes } from './times.ts'

const RETIRED: readonly Column[] = [{ title: 'LOCK', align: 'right' }, { title: 'NAME', min: 12 }, { title: 'RETIRED' }]

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
  addLockImportCommand(lock, context)
  addLockExportCommand(lock, context)

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
      const { isRunning, answer } = await context.withOwnerApi(config, async (api, { isRunning }) => {
        // The picture first, because it is the more likely to be refused: then nothing is changed.
        const pictured = changePicture === null ? null : expectAnswer(await changePicture(api), changed)
        if (pictured !== null && isOnlyPicture) return { isRunning, answer: pictured }
        return { isRunning, answer: expectAnswer(await api('PATCH', `/locks/${lockId}`, body), changed) }
      })
      const { lock, ...keys } = answer
      if (globals.json) context.print(JSON.stringify({ locks: [asKnown(lock, isRunning)], ...keys }))
      else printLocks([lock], { isRunning }, context)
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
      const { locks, retired, ...site } = await context.withOwnerApi(config, async (api, { isRunning }) => ({
        locks: await listLocks(api),
        retired: await listLocks(api, { retired: true }),
        isRunning,
      }))
      if (globals.json) {
        return context.print(JSON.stringify({ locks: locks.map((lock) => asKnown(lock, site.isRunning)), retired }))
      }
      printLocks(locks, site, context)
      if (retired.length === 0) return
      const rows = retired.map(({ lockId, name, retiredAt }) => [
        String(lockId),
        name,
        bothTimes(retiredAt ?? '', config.site.timeZone),
      ])
      context.print('')
      for (const line of tableLines(RETIRED, rows, context.terminal)) context.print(line)
    })
}
