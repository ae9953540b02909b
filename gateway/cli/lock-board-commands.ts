import type { Command } from 'commander'
import { z } from 'zod'
import type { Config } from '#config/config.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { globalsOf } from './globals.ts'
import { lockView } from './list-locks.ts'
import { lockNumber, withOut } from './lock-options.ts'
import { publicKeyIn } from './public-key-file.ts'
import { SheetPlace } from './sheet-place.ts'

interface BoardOptions {
  publicKey?: string
  makeKey?: true
  keepKey?: true
  out?: string
}

const reflashed = z.object({ lock: z.looseObject({ keyGeneration: z.number() }), flashing: z.looseObject({}) })
const retired = z.object({
  event: z.looseObject({}).nullable(),
  lock: lockView,
  keysRevoked: z.number(),
  unsettledOpenings: z.number(),
})

/** What becomes of the board behind a number. */
export function addLockBoardCommands(lock: Command, context: CliContext): void {
  withOut(lock.command('replace'))
    .description(
      'put another board in the place of a lock’s: same number, name and keys, another key pair and password',
    )
    .argument('<lock>', 'number of the lock', lockNumber)
    .option('--public-key <file>', 'public key made on the new board, in any form')
    .option('--make-key', 'make the key pair here: the private key is printed once and kept nowhere')
    .action(async (lockId: string, { out, ...key }: BoardOptions, command: Command) => {
      if ((key.publicKey === undefined) === (key.makeKey === undefined))
        throw new CommandError('give either --public-key FILE (made on the new board, the better way) or --make-key')
      await makeSheet({ lockId, path: 'replace', key, out }, command)
    })

  withOut(lock.command('reflash'))
    .description(
      'make another password for the board that a lock has, after the sheet was lost or its password got about',
    )
    .argument('<lock>', 'number of the lock', lockNumber)
    .option('--keep-key', 'the same board with its key pair and journal: only the password is another')
    .option('--public-key <file>', 'another key pair: the same as lock replace')
    .option('--make-key', 'another key pair: the same as lock replace')
    .action(async (lockId: string, { out, ...key }: BoardOptions, command: Command) => {
      if ([key.publicKey, key.makeKey, key.keepKey].filter((given) => given !== undefined).length !== 1) {
        throw new CommandError(
          'give just one: --keep-key for the same board with its key pair; --public-key FILE or --make-key for another pair, which is what lock replace does',
        )
      }
      await makeSheet({ lockId, path: 'reflash', key, out }, command)
    })

  async function makeSheet(
    { lockId, path, key, out }: { lockId: string; path: string; key: BoardOptions; out: string | undefined },
    command: Command,
  ): Promise<void> {
    const globals = globalsOf(command)
    const { publicKey, makeKey, keepKey } = key
    const publicKeyPem = publicKey === undefined ? undefined : publicKeyIn(publicKey, context)
    const body = { publicKeyPem, makeKey, ...(keepKey && { keepKey }) }
    const config = context.readConfig(globals.config)
    const place = SheetPlace.of(out, context)
    const answer = await place.filledBy(async () =>
      expectAnswer(
        await context.withOwnerApi(config, (api) => api('POST', `/locks/${lockId}/${path}`, body)),
        reflashed,
      ),
    )
    const { lock, flashing } = answer
    const { keyGeneration } = lock
    place.put(flashing, { lockId: Number(lockId), keyGeneration }, globals)
    if (globals.json) return
    context.complain(
      keepKey === true
        ? `Lock ${lockId} has another password, shown this once. Leave its key pair and journal as they are.`
        : `Lock ${lockId} has key pair ${keyGeneration} now. Flash the board with ${place.words} and an empty journal: its password${makeKey ? ' and private key are' : ' is'} shown this once. Nothing that the board before it says counts any more: what it left unconfirmed is for you to settle (opening list).`,
    )
    tellExport(config)
  }

  lock
    .command('retire')
    .description(
      'take a lock out of service for good: its keys are revoked, its history stays, its number is not given again',
    )
    .argument('<lock>', 'number of the lock', lockNumber)
    .action(async (lockId: string, _options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const answer = await context.withOwnerApi(config, (api) => api('POST', `/locks/${lockId}/retire`))
      const { event, lock: view, keysRevoked, unsettledOpenings } = expectAnswer(answer, retired)
      if (globals.json) return context.print(JSON.stringify({ lock: view, keysRevoked, unsettledOpenings }))
      if (event === null) return context.print(`Lock ${lockId} was retired before.`)
      context.print(`Lock ${lockId} is retired. ${keysRevoked === 1 ? '1 key' : `${keysRevoked} keys`} of it revoked.`)
      if (unsettledOpenings > 0)
        context.complain(
          `What became of ${unsettledOpenings === 1 ? '1 opening' : `${unsettledOpenings} openings`} only that lock knows: it may still connect to say so, and opens nothing. Leave it its power, or settle them (lock show ${lockId}, opening settle).`,
        )
      tellExport(config)
    })

  lock
    .command('battery-replaced')
    .description('say that new batteries are in: what was told of the old ones ends, and the next report counts')
    .argument('<lock>', 'number of the lock', lockNumber)
    .action(async (lockId: string, _options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const answer = await context.withOwnerApi(config, (api) => api('POST', `/locks/${lockId}/battery-replaced`))
      const { lock: view } = expectAnswer(answer, z.object({ lock: lockView }))
      if (globals.json) return context.print(JSON.stringify({ lock: view }))
      context.print(`Lock ${lockId} has new batteries. Its next word tells how full they are, within a minute or so.`)
    })

  function tellExport(config: Config): void {
    if (config.broker.mode === 'external')
      context.complain('Export the passwords to your broker now (broker export): until then the old one is good there.')
  }
}
