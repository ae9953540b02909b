import { type Command, Option } from 'commander'
import { z } from 'zod'
import { ID128_PATTERN } from '#protocol/ids.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { globalsOf } from './globals.ts'

const openingView = z.looseObject({
  openingId: z.string(),
  lockId: z.number(),
  state: z.string(),
  reason: z.string().nullable(),
  startedAt: z.string(),
})

export function addOpeningCommands(program: Command, context: CliContext): void {
  const opening = program.command('opening').description('openings of which nobody knows what became of them')

  opening
    .command('list')
    .description('list the unconfirmed openings')
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const answer = await context.withOwnerApi(context.readConfig(globals.config), (api) =>
        api('GET', '/openings?state=unconfirmed'),
      )
      const { openings } = expectAnswer(answer, z.object({ openings: z.array(openingView) }))
      if (globals.json) context.print(JSON.stringify({ openings }))
      else if (openings.length === 0) context.print('Every opening is cleared up.')
      for (const { openingId, lockId, reason, startedAt } of globals.json ? [] : openings) {
        context.print(`${openingId}  lock ${lockId}  since ${startedAt}  ${reason ?? ''}`)
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
