import type { Command } from 'commander'
import { z } from 'zod'
import { SCOPES } from '#domain/access/caller.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { globalsOf } from './globals.ts'
import { parseMoment } from './moments.ts'
import { type Cell, type Column, tableLines } from './table.ts'

const apiKeyView = z.looseObject({
  id: z.string(),
  organization: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
})
type ApiKeyView = z.infer<typeof apiKeyView>

interface CreateOptions {
  org?: string
  name: string
  scope: string[]
  expires?: string
}

export function addApiKeyCommands(program: Command, context: CliContext): void {
  const apiKey = program.command('api-key').description('keys of programs that call the API')

  apiKey
    .command('create')
    .description('create an API key, and print it this once')
    .option('--org <id>', 'organization whose locks it may command; by default the site’s own')
    .requiredOption('--name <text>', 'which program has it')
    .requiredOption(
      '--scope <scope>',
      `what it may do (repeat for more): ${SCOPES.join(' ')}`,
      (scope: string, all: string[] = []) => [...all, ...scope.split(/[\s,]+/).filter((each) => each !== '')],
    )
    .option(
      '--expires <time>',
      'when it ends: +90d, "2026-12-24 18:00" by the site’s clock, or ISO 8601; without it, when it is revoked',
    )
    .action(async ({ org, name, scope, expires }: CreateOptions, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const organization = org ?? config.site.organization
      if (organization === null)
        throw new CommandError(
          'give --org, or set site.organization: an API key commands the locks of one organization',
        )
      const here = { nowMs: context.nowMs(), zone: zoneNamed(config.site.timeZone) }
      const expiresAt = expires === undefined ? null : new Date(parseMoment(expires, '--expires', here)).toISOString()
      const body = { organization, name, scopes: scope, expiresAt }
      const answer = await context.withOwnerApi(config, (api) => api('POST', '/api-keys', body))
      const made = expectAnswer(answer, apiKeyView.extend({ apiKey: z.string() }))
      context.print(globals.json ? JSON.stringify(made) : made.apiKey)
      if (!globals.json)
        context.complain(
          `Shown this once: only its hash is kept. It is for ${organization} and may: ${made.scopes.join(' ')}.`,
        )
    })

  apiKey
    .command('list')
    .description('list the API keys, revoked ones too')
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const answer = await context.withOwnerApi(context.readConfig(globals.config), (api) => api('GET', '/api-keys'))
      const { apiKeys } = expectAnswer(answer, z.object({ apiKeys: z.array(apiKeyView) }))
      if (globals.json) context.print(JSON.stringify({ apiKeys }))
      else if (apiKeys.length === 0) context.print('No API keys yet: create one with api-key create.')
      else for (const line of tableLines(COLUMNS, apiKeys.map(rowOf), context.terminal)) context.print(line)
    })

  apiKey
    .command('revoke')
    .description('revoke an API key, at once')
    .argument('<id>', 'its id as listed, or the key itself')
    .action(async (text: string, _options: object, command: Command) => {
      const id = /^(?:lk_)?([0-9a-f]{16})(?:_|$)/.exec(text)?.[1]
      if (id === undefined) throw new CommandError('that is neither an API key nor its id: see api-key list')
      const globals = globalsOf(command)
      const answer = await context.withOwnerApi(context.readConfig(globals.config), (api) =>
        api('DELETE', `/api-keys/${id}`),
      )
      const revoked = expectAnswer(answer, apiKeyView.extend({ alreadyRevoked: z.boolean() }))
      if (globals.json) context.print(JSON.stringify(revoked))
      else
        context.print(
          revoked.alreadyRevoked ? 'It was revoked before.' : 'It is revoked: it is good for nothing any more.',
        )
    })
}

const COLUMNS: readonly Column[] = [
  { title: 'ID' },
  { title: 'STATE' },
  { title: 'NAME', min: 8 },
  { title: 'ORGANIZATION', min: 6 },
  { title: 'MAY', min: 8 },
  { title: 'LAST USED' },
]

function rowOf({ id, organization, name, scopes, expiresAt, revokedAt, lastUsedAt }: ApiKeyView): readonly Cell[] {
  const day = (iso: string): string => iso.slice(0, 10)
  const state: Cell =
    revokedAt !== null
      ? { text: `revoked ${day(revokedAt)}`, style: 'faint' }
      : expiresAt === null
        ? { text: 'no end', style: null }
        : { text: `ends ${day(expiresAt)}`, style: 'warn' }
  return [id, state, name, organization, scopes.join(' '), lastUsedAt === null ? 'never' : day(lastUsedAt)]
}
