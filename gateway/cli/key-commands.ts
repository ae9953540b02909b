import { randomUUID } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import { ACCESS_MODES } from '#domain/temp-keys/temp-key.ts'
import { UUID_PATTERN } from '#protocol/ids.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError, type OwnerApi } from './context.ts'
import { globalsOf } from './globals.ts'
import { lockNumber } from './lock-options.ts'
import { bothTimes, parseTime } from './times.ts'

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

const publicUrlView = z.object({ publicUrl: z.string().nullable() })

function wholeUses(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number, 1 or more.')
  return Number(text)
}

export function addKeyCommands(program: Command, context: CliContext): void {
  const key = program.command('key').description('create, list and revoke temp keys')

  key
    .command('create')
    .description('create a temp key, and print its link')
    .requiredOption('--lock <lock>', 'number of the lock that it opens', lockNumber)
    .addOption(new Option('--mode <mode>', 'who may use it').choices(ACCESS_MODES).default('public'))
    .option(
      '--user <id>',
      'user who may use it (repeat for more; with --mode user-whitelist)',
      (id: string, all: string[]) => [...all, id],
      [],
    )
    .option('--from <time>', 'valid from: now, +3h, or ISO 8601 with Z', 'now')
    .requiredOption('--until <time>', 'valid until, exclusive: +3h, or ISO 8601 with Z')
    .option('--max-uses <n>', 'how many openings; without it, no limit', wholeUses)
    .option('--description <text>', 'a note for the staff; guests never see it')
    .action(
      async (
        options: {
          lock: string
          mode: string
          user: string[]
          from: string
          until: string
          maxUses?: number
          description?: string
        },
        command: Command,
      ) => {
        if (options.mode === 'public' && options.user.length > 0)
          throw new CommandError('--user goes with --mode user-whitelist: a public key is for whoever has its link')
        if (options.mode === 'user-whitelist' && options.user.length === 0)
          throw new CommandError('--mode user-whitelist needs at least one --user: otherwise nobody could use the key')
        const globals = globalsOf(command)
        const config = context.readConfig(globals.config)
        const nowMs = context.nowMs()
        const uuid = randomUUID()
        const validFrom = new Date(parseTime(options.from, '--from', nowMs)).toISOString()
        const validUntil = new Date(parseTime(options.until, '--until', nowMs)).toISOString()
        const body = {
          tempKeyUuid: uuid,
          accessMode: options.mode,
          allowedUserIds: options.user,
          validFrom,
          validUntil,
          maxUses: options.maxUses ?? null,
          ...(options.description !== undefined && { description: options.description }),
        }
        const publicUrl = await context.withOwnerApi(config, async (api) => {
          const answer = await api('POST', `/locks/${options.lock}/create-temp-key`, body)
          expectAnswer(answer, z.looseObject({ success: z.literal(true) }))
          return expectAnswer(await api('GET', '/public-url'), publicUrlView).publicUrl
        })
        const path = `/temp-keys/${uuid}`
        const link = publicUrl === null ? null : `${publicUrl}${path}`
        if (globals.json) {
          context.print(
            JSON.stringify({
              uuid,
              lockId: Number(options.lock),
              link,
              accessMode: options.mode,
              validFrom,
              validUntil,
              maxUses: options.maxUses ?? null,
            }),
          )
          return
        }
        const { timeZone } = config.site
        context.print(link ?? path)
        if (link === null)
          context.complain('The link begins with the address that serve prints: the config leaves its port open.')
        context.complain(
          `valid from   ${bothTimes(validFrom, timeZone)}\nvalid until  ${bothTimes(validUntil, timeZone)}\nuses         ${options.maxUses ?? 'no limit'}`,
        )
      },
    )

  key
    .command('list')
    .description('list temp keys')
    .requiredOption('--lock <lock>', 'number of the lock', lockNumber)
    .option('--revoked', 'revoked keys as well')
    .action(async (options: { lock: string; revoked?: true }, command: Command) => {
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
    })

  key
    .command('revoke')
    .description('revoke a temp key, at once')
    .argument('<uuid>', 'the key’s UUID, or its link')
    .action(async (text: string, _options: object, command: Command) => {
      const uuid = text.slice(text.lastIndexOf('/') + 1)
      if (!UUID_PATTERN.test(uuid)) throw new CommandError('that is neither a key’s UUID nor its link')
      const globals = globalsOf(command)
      const answer = await context.withOwnerApi(context.readConfig(globals.config), (api) =>
        api('DELETE', `/temp-keys/${uuid}`),
      )
      const { alreadyRevoked } = expectAnswer(answer, z.looseObject({ alreadyRevoked: z.boolean().default(false) }))
      if (globals.json) context.print(JSON.stringify({ uuid, alreadyRevoked }))
      else
        context.print(alreadyRevoked ? 'The key was revoked before.' : 'The key is revoked: it opens nothing any more.')
    })
}

/** Revoked ones count. */
async function hasAnyKey(api: OwnerApi, lock: string): Promise<boolean> {
  const answer = await api('GET', `/locks/${lock}/temp-keys?limit=1&include=revoked`)
  return expectAnswer(answer, z.object({ tempKeys: z.array(z.unknown()) })).tempKeys.length > 0
}
