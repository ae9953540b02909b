import { type Command, Option } from 'commander'
import { z } from 'zod'
import { TEMP_KEY_STATUSES } from '#domain/temp-keys/temp-key.ts'
import { expectAnswer } from './api-answer.ts'
import type { CliContext, OwnerApi } from './context.ts'
import { globalsOf } from './globals.ts'
import { addKeyCreateCommand } from './key-create-command.ts'
import { addKeyRevokeCommand } from './key-revoke-command.ts'
import { lockNumber } from './lock-options.ts'
import { findSiteKeys, type KeysMeant, siteKeyLines } from './site-keys.ts'
import { bothTimes, localTime } from './times.ts'

const keyView = z.looseObject({
  uuid: z.string(),
  lockId: z.number(),
  accessMode: z.string(),
  validFrom: z.string(),
  validUntil: z.string(),
  maxUses: z.number().nullable(),
  usedCount: z.number(),
  heldCount: z.number(),
  description: z.string().nullable(),
  status: z.string(),
})

const FILTERS = ['match', 'state', 'door', 'area', 'user'] as const

export function addKeyCommands(program: Command, context: CliContext): void {
  const key = program.command('key').description('create, list and revoke temp keys')
  addKeyCreateCommand(key, context)

  key
    .command('list')
    .description('list temp keys, of one lock or of the whole site')
    .option('--lock <lock>', 'number of the lock; without it, all doors', lockNumber)
    .option('--match <text>', 'a part of the description or of a user’s id, or a link')
    .addOption(new Option('--state <state>', 'what they are now').choices(TEMP_KEY_STATUSES))
    .option('--door <door>', 'a lock’s number, or a part of a door’s name')
    .option('--area <area>', 'those of the doors of an area')
    .option('--user <id>', 'those that this user may use')
    .option('--revoked', 'revoked keys as well')
    .action(async (options: KeysMeant, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      if (options.lock !== undefined && FILTERS.every((name) => options[name] === undefined)) {
        return await listOfLock({ lock: options.lock, ...(options.revoked && { revoked: true }) }, command)
      }
      const keys = await context.withOwnerApi(config, (api) => findSiteKeys(api, options, Number.POSITIVE_INFINITY))
      if (globals.json) return context.print(JSON.stringify({ tempKeys: keys }))
      if (keys.length === 0) {
        const besides = options.revoked || options.state !== undefined ? '' : ' Revoked ones are shown with --revoked.'
        return context.print(`No temp key fits.${besides}`)
      }
      const { timeZone } = config.site
      for (const line of siteKeyLines(keys, context.terminal, (iso) => localTime(iso, timeZone))) context.print(line)
    })
  addKeyRevokeCommand(key, context)

  /** In order of creation, as it always was. */
  async function listOfLock(options: { lock: string; revoked?: true }, command: Command): Promise<void> {
    const globals = globalsOf(command)
    const config = context.readConfig(globals.config)
    const { keys, hasRevoked } = await context.withOwnerApi(config, async (api) => {
      const all: z.infer<typeof keyView>[] = []
      let cursor: string | null = null
      do {
        const query: URLSearchParams = new URLSearchParams({
          limit: '1000',
          ...(options.revoked && { include: 'revoked' }),
          ...(cursor !== null && { cursor }),
        })
        const page = expectAnswer(
          await api('GET', `/locks/${options.lock}/temp-keys?${query}`),
          z.object({ tempKeys: z.array(keyView), nextCursor: z.string().nullish() }),
        )
        all.push(...page.tempKeys)
        cursor = page.nextCursor ?? null
      } while (cursor !== null)
      return { keys: all, hasRevoked: all.length === 0 && (await hasAnyKey(api, options.lock)) }
    })
    if (globals.json) context.print(JSON.stringify({ tempKeys: keys }))
    else if (hasRevoked)
      context.print(
        `Every temp key of lock ${options.lock} is revoked: see them with key list --lock ${options.lock} --revoked.`,
      )
    else if (keys.length === 0) context.print(`Lock ${options.lock} has no temp keys: create one with key create.`)
    for (const found of globals.json ? [] : keys) {
      const uses = found.maxUses === null ? `${found.usedCount} used` : `${found.usedCount} of ${found.maxUses} used`
      const held = found.heldCount > 0 ? `, ${found.heldCount} not confirmed` : ''
      context.print(
        `${found.uuid}  ${found.status}  ${found.accessMode}  ${uses}${held}  until ${bothTimes(found.validUntil, config.site.timeZone)}${found.description === null ? '' : `  ${found.description}`}`,
      )
    }
  }
}

/** Revoked ones count. */
async function hasAnyKey(api: OwnerApi, lock: string): Promise<boolean> {
  const answer = await api('GET', `/locks/${lock}/temp-keys?limit=1&include=revoked`)
  return expectAnswer(answer, z.object({ tempKeys: z.array(z.unknown()) })).tempKeys.length > 0
}
