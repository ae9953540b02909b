import type { Command } from 'commander'
import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { globalsOf } from './globals.ts'
import { bothTimes, parseTime } from './times.ts'

const clockView = z.object({
  now: z.string(),
  lastStored: z.string().nullable(),
  releasedAt: z.string(),
  verdict: z.enum(['trusted', 'before-release', 'behind']),
})

const VERDICTS = {
  trusted: 'The clock is trusted.',
  'before-release': 'The clock is before this release, so no door opens: set the clock.',
  behind:
    'The clock is behind the last stored time, so no door opens. If it is wrong now, set it; if it was ahead then and is right now, say so with clock confirm.',
} as const

export function addClockCommands(program: Command, context: CliContext): void {
  const clock = program.command('clock').description('the time by which keys are judged')

  const print = (view: z.infer<typeof clockView>, globals: { config: string; json: boolean }, timeZone: string) => {
    if (globals.json) return context.print(JSON.stringify(view))
    context.print(`now          ${bothTimes(view.now, timeZone)}`)
    if (view.lastStored !== null) context.print(`last stored  ${bothTimes(view.lastStored, timeZone)}`)
    context.print(VERDICTS[view.verdict])
  }

  clock
    .command('show')
    .description('show the time of the gateway, and whether it is trusted')
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const answer = await context.withOwnerApi(config, (api) => api('GET', '/clock'))
      print(expectAnswer(answer, clockView), globals, config.site.timeZone)
    })

  clock
    .command('confirm')
    .description('say that the clock is right although a later time was stored: it had been ahead')
    .requiredOption('--now <time>', 'the time that your watch shows, ISO 8601 with Z')
    .action(async ({ now }: { now: string }, command: Command) => {
      if (!/^\d/.test(now)) throw new CommandError('--now takes the time that your watch shows, in ISO 8601 with Z')
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const body = { now: new Date(parseTime(now, '--now', context.nowMs())).toISOString() }
      const answer = await context.withOwnerApi(config, (api) => api('POST', '/clock/confirm', body))
      print(expectAnswer(answer, clockView), globals, config.site.timeZone)
    })
}
