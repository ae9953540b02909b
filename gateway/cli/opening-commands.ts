import { type Command, Option } from 'commander'
import { z } from 'zod'
import { ID128_PATTERN } from '#protocol/ids.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { globalsOf } from './globals.ts'
import { type Column, tableLines } from './table.ts'
import { bothTimes } from './times.ts'

const openingView = z.looseObject({
  openingId: z.string(),
  lockId: z.number(),
  state: z.string(),
  reason: z.string().nullable(),
  startedAt: z.string(),
})

const foundView = openingView.extend({ lockName: z.string(), keyDescription: z.string().nullable() })

const UNCONFIRMED: readonly Column[] = [
  { title: 'OPENING' },
  { title: 'LOCK', align: 'right' },
  { title: 'SINCE' },
  { title: 'REASON', min: 8 },
]

/** As many as the route gives at once. */
const LISTED_MAX = 1_000

export function addOpeningCommands(program: Command, context: CliContext): void {
  const opening = program
    .command('opening')
    .description('find an opening, and settle those that nobody knows the end of')

  opening
    .command('list')
    .description('list the unconfirmed openings')
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const answer = await context.withOwnerApi(config, (api) =>
        api('GET', `/openings?state=unconfirmed&limit=${LISTED_MAX}`),
      )
      const { openings } = expectAnswer(answer, z.object({ openings: z.array(openingView) }))
      if (globals.json) context.print(JSON.stringify({ openings }))
      else if (openings.length === 0) context.print('No opening is unconfirmed.')
      else {
        const rows = openings.map((each) => [
          ...[each.openingId, String(each.lockId), bothTimes(each.startedAt, config.site.timeZone, 'local')],
          each.reason ?? '',
        ])
        for (const line of tableLines(UNCONFIRMED, rows, context.terminal)) context.print(line)
      }
      if (openings.length === LISTED_MAX) context.complain(`These are the ${LISTED_MAX} oldest; there may be more.`)
    })

  opening
    .command('find')
    .description('find what a guest’s page is about, by the code that it shows')
    .argument('<code>', 'six characters, as the guest reads them out')
    .action(async (code: string, _options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const answer = await context.withOwnerApi(config, (api) =>
        api('GET', `/openings/by-code/${encodeURIComponent(code)}`),
      )
      const found = expectAnswer(answer, z.object({ code: z.string(), openings: z.array(foundView) }))
      if (globals.json) context.print(JSON.stringify(found))
      else if (found.openings.length === 0)
        throw new CommandError(
          `no opening has the code ${found.code}: a page about no opening shows its request’s code, so look for "code":"${found.code}" in the gateway’s log`,
        )
      for (const each of globals.json ? [] : found.openings) {
        const { openingId, lockId, lockName, state, reason, startedAt, keyDescription } = each
        const facts = [reason, keyDescription && `key: ${keyDescription}`].filter(Boolean).join(', ')
        const at = bothTimes(startedAt, config.site.timeZone)
        context.print(`${openingId}  ${state}  lock ${lockId} ${lockName}  ${at}  ${facts}`.trimEnd())
      }
    })

  opening
    .command('settle')
    .description('say what became of an unconfirmed opening; a signed word of the lock still corrects it later')
    .argument('<openingId>', 'id of the opening')
    .addOption(
      new Option('--as <state>', 'charged: the door opened; released: it did not')
        .choices(['charged', 'released'])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'how you know')
    .action(async (openingId: string, { as, reason }: { as: string; reason: string }, command: Command) => {
      if (!ID128_PATTERN.test(openingId)) throw new CommandError('an opening’s id has 22 characters of A-Z a-z 0-9 - _')
      const globals = globalsOf(command)
      const answer = await context.withOwnerApi(context.readConfig(globals.config), (api) =>
        api('POST', `/openings/${openingId}/settle`, { as, reason }),
      )
      const settled = expectAnswer(answer, openingView)
      context.print(globals.json ? JSON.stringify(settled) : `Opening ${openingId} is ${settled.state}.`)
    })
}
