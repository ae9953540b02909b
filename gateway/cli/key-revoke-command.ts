import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { pastedKey } from '#domain/temp-keys/pasted-key.ts'
import { UUID_PATTERN } from '#protocol/ids.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { type Globals, globalsOf } from './globals.ts'
import { findSiteKeys, type KeysMeant, type SiteKeyView, siteKeyLines } from './site-keys.ts'
import { localTime } from './times.ts'

/** As many as one transaction takes. */
const AT_ONCE_MAX = 1_000
const doneView = z.object({ revoked: z.array(z.string()), alreadyRevoked: z.array(z.string()) })

interface Options extends KeysMeant {
  readonly yes?: true
  readonly expect?: number
}

export function addKeyRevokeCommand(key: Command, context: CliContext): void {
  key
    .command('revoke')
    .description('revoke a temp key at once; or with --match many of them, after showing which')
    .argument('[uuid]', 'the key’s UUID, or its link')
    .option('--match <text>', 'all keys of the site with this in their description or a user’s id; or one link')
    .option('--door <door>', 'of these, those of a door: its number, or a part of its name')
    .option('--area <area>', 'of these, those of the doors of an area')
    .option('--yes', 'revoke them without asking')
    .option('--expect <count>', 'only if they are so many', wholeCount)
    .action(async (text: string | undefined, options: Options, command: Command) => {
      const globals = globalsOf(command)
      if ((text === undefined) === (options.match === undefined))
        throw new CommandError('name one key by its UUID or link, or many with --match TEXT')
      if (text === undefined) return await revokeMany(options, globals)
      const uuid = pastedKey(text) ?? text.slice(text.lastIndexOf('/') + 1)
      if (!UUID_PATTERN.test(uuid)) throw new CommandError('that is neither a key’s UUID nor its link')
      const answer = await context.withOwnerApi(context.readConfig(globals.config), (api) =>
        api('DELETE', `/temp-keys/${uuid}`),
      )
      const { alreadyRevoked } = expectAnswer(answer, z.looseObject({ alreadyRevoked: z.boolean().default(false) }))
      if (globals.json) context.print(JSON.stringify({ uuid, alreadyRevoked }))
      else
        context.print(alreadyRevoked ? 'The key was revoked before.' : 'The key is revoked: it opens nothing any more.')
    })

  /** What is shown is what is done: the very keys, in one transaction. */
  async function revokeMany({ yes, expect, ...meant }: Options, globals: Globals): Promise<void> {
    const config = context.readConfig(globals.config)
    await context.withOwnerApi(config, async (api) => {
      const keys = (await findSiteKeys(api, meant, AT_ONCE_MAX)).filter(({ status }) => status !== 'revoked')
      if (keys.length > AT_ONCE_MAX)
        throw new CommandError(
          `more than ${AT_ONCE_MAX} keys match, which is more than one transaction takes: say it closer`,
        )
      if (expect !== undefined && keys.length !== expect)
        throw new CommandError(`${keys.length} keys match, and not ${expect}: nothing was revoked`)
      const uuids = keys.map(({ uuid }) => uuid)
      if (!globals.json) show(keys, config.site.timeZone)
      const isMeant = keys.length > 0 && (yes === true || (!globals.json && (await agreed(keys))))
      if (!isMeant) {
        if (globals.json) context.print(JSON.stringify({ revoked: [], alreadyRevoked: [], wouldRevoke: uuids }))
        else if (keys.length > 0) context.print('Nothing was revoked: --yes revokes them.')
        return
      }
      const done = expectAnswer(await api('POST', '/temp-keys/revoke', { tempKeyUuids: uuids }), doneView)
      if (globals.json) context.print(JSON.stringify(done))
      else context.print(`${counted(done.revoked.length, 'key is', 'keys are')} revoked: they open nothing any more.`)
    })
  }

  function show(keys: readonly SiteKeyView[], timeZone: string): void {
    const lines = siteKeyLines(keys, context.terminal, (iso) => localTime(iso, timeZone))
    for (const line of keys.length === 0 ? [] : lines) context.print(line)
    context.print(keys.length === 0 ? 'No key matches that is not revoked already.' : wouldWords(keys))
  }

  const agreed = async (keys: readonly SiteKeyView[]): Promise<boolean> =>
    (await context.confirm(`Revoke ${counted(keys.length, 'key', 'keys')}?`)) === true
}

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`

function wouldWords(keys: readonly SiteKeyView[]): string {
  const doors = new Set(keys.map(({ lockId }) => lockId)).size
  return `${counted(keys.length, 'key', 'keys')} of ${counted(doors, 'door', 'doors')} would be revoked.`
}

function wholeCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('a whole number.')
  return Number(text)
}
