import type { Command } from 'commander'
import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import type { CliContext } from './context.ts'
import { globalsOf } from './globals.ts'

const figures = z.object({
  messages: z.array(z.object({ date: z.string(), count: z.number() })),
  noisiest: z.array(
    z.object({ lockId: z.number(), name: z.string().nullable(), area: z.string().nullable(), alarms: z.number() }),
  ),
  isAll: z.boolean(),
})

/** How much the alarms ask of people. */
export function addAlarmFiguresCommand(alarms: Command, context: CliContext): void {
  alarms
    .command('figures')
    .description('messages of each of the last 30 days, and the ten doors with most alarms in them')
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const answer = await context.withOwnerApi(config, (api) => api('GET', '/alarms/figures'))
      const { messages, noisiest, isAll } = expectAnswer(answer, figures)
      if (globals.json) return context.print(JSON.stringify({ messages, noisiest, isAll }))
      const told = messages.filter(({ count }) => count > 0)
      context.print(told.length === 0 ? 'No message in 30 days.' : 'Messages by day:')
      for (const { date, count } of told) context.print(`${date}  ${count}`)
      if (noisiest.length > 0) context.print(`Doors with most alarms${isAll ? '' : ', of the newest 200,000'}:`)
      for (const door of noisiest) {
        const area = door.area === null ? '' : ` (${door.area})`
        context.print(`${String(door.alarms).padStart(6)}  lock ${door.lockId}  ${door.name ?? 'unknown'}${area}`)
      }
    })
}
