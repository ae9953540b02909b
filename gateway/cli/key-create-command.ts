import { randomUUID } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import { unreachablePages } from '#config/derived.ts'
import { keyMessage, MESSAGE_LANGUAGES, type MessageLanguage } from '#domain/temp-keys/key-message.ts'
import { ACCESS_MODES } from '#domain/temp-keys/temp-key.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { globalsOf } from './globals.ts'
import { lockNumber } from './lock-options.ts'
import { parseMoment } from './moments.ts'
import { scannable } from './scannable.ts'
import { findSiteKeys } from './site-keys.ts'
import { bothTimes } from './times.ts'

const publicUrlView = z.object({ publicUrl: z.string().nullable() })

interface Options {
  readonly lock: string
  readonly mode: string
  readonly user: string[]
  readonly from: string
  readonly until: string
  readonly maxUses?: number
  readonly description?: string
  readonly qr?: true
  readonly message?: MessageLanguage
}

export function addKeyCreateCommand(key: Command, context: CliContext): void {
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
    .option('--from <time>', 'valid from: now, +3h, "2026-11-28 14:00" by the site’s clock, or ISO 8601', 'now')
    .requiredOption('--until <time>', 'valid until, exclusive: the same')
    .option('--max-uses <n>', 'how many openings; without it, no limit', wholeUses)
    .option('--description <text>', 'a note for the staff; guests never see it')
    .option('--qr', 'print the link as a QR code too')
    .addOption(new Option('--message <language>', 'print a message to copy for the guest').choices(MESSAGE_LANGUAGES))
    .action(async (options: Options, command: Command) => {
      if (options.mode === 'public' && options.user.length > 0)
        throw new CommandError('--user goes with --mode user-whitelist: a public key is for whoever has its link')
      if (options.mode === 'user-whitelist' && options.user.length === 0)
        throw new CommandError('--mode user-whitelist needs at least one --user: otherwise nobody could use the key')
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const { timeZone } = config.site
      const here = { nowMs: context.nowMs(), zone: zoneNamed(timeZone) }
      const uuid = randomUUID()
      const validFromMs = parseMoment(options.from, '--from', here)
      const validUntilMs = parseMoment(options.until, '--until', here)
      const [validFrom, validUntil] = [new Date(validFromMs).toISOString(), new Date(validUntilMs).toISOString()]
      const maxUses = options.maxUses ?? null
      const body = {
        ...{
          tempKeyUuid: uuid,
          accessMode: options.mode,
          allowedUserIds: options.user,
          validFrom,
          validUntil,
          maxUses,
        },
        ...(options.description !== undefined && { description: options.description }),
      }
      const { publicUrl, door } = await context.withOwnerApi(config, async (api) => {
        const answer = await api('POST', `/locks/${options.lock}/create-temp-key`, body)
        expectAnswer(answer, z.looseObject({ success: z.literal(true) }))
        const [made] = options.message === undefined ? [] : await findSiteKeys(api, { match: uuid }, 1)
        const known = expectAnswer(await api('GET', '/public-url'), publicUrlView)
        return { publicUrl: known.publicUrl, door: made?.lockName ?? `lock ${options.lock}` }
      })
      const path = `/temp-keys/${uuid}`
      const link = publicUrl === null ? null : `${publicUrl}${path}`
      const unreachable = publicUrl === null ? null : unreachablePages(publicUrl)
      const message =
        options.message === undefined || link === null
          ? null
          : keyMessage(options.message, { link, door, validFromMs, validUntilMs }, config.site)
      if (globals.json) {
        const made = {
          uuid,
          lockId: Number(options.lock),
          link,
          accessMode: options.mode,
          validFrom,
          validUntil,
          maxUses,
        }
        context.print(
          JSON.stringify({ ...made, ...(options.message && { message }), ...(unreachable && { unreachable }) }),
        )
        return
      }
      context.print(message ?? link ?? path)
      if (options.qr && link !== null) context.print(scannable(link.toUpperCase(), context.terminal))
      if (link === null) {
        context.complain('The link begins with the address that serve prints: the config leaves its port open.')
        if (options.qr || options.message) context.complain('So there is no QR code and no message: serve first.')
      }
      if (unreachable !== null) context.complain(`No phone can reach this link: ${unreachable}.`)
      const until = bothTimes(validUntil, timeZone)
      context.complain(
        `valid from   ${bothTimes(validFrom, timeZone)}\nvalid until  ${until}\nuses         ${maxUses ?? 'no limit'}`,
      )
    })
}

function wholeUses(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number, 1 or more.')
  return Number(text)
}
