import type { Command } from 'commander'
import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError, type OwnerApi } from './context.ts'
import { globalsOf } from './globals.ts'
import { bothTimes } from './times.ts'
import { wrapped } from './wrapped.ts'

const receiverView = z.looseObject({
  name: z.string(),
  kind: z.string(),
  leastSeverity: z.string(),
  quietHours: z.object({ from: z.string(), until: z.string() }).nullable(),
  waiting: z.number(),
  oldestMadeAt: z.string().nullable(),
  lastCause: z.string().nullable(),
  deliveredAt: z.string().nullable(),
  givenUpAt: z.string().nullable(),
})
export type ReceiverView = z.infer<typeof receiverView>
const testView = z.looseObject({ name: z.string(), delivered: z.boolean(), says: z.string().nullable() })

const NO_RECEIVER = 'Nobody is told of alarms: alarms.notify names no receiver (docs/alarms.md shows how).'

export const listReceivers = async (api: OwnerApi): Promise<readonly ReceiverView[]> =>
  expectAnswer(await api('GET', '/alarms/receivers'), z.object({ receivers: z.array(receiverView) })).receivers

/** What somebody who looks at the alarms should know of the messages about them. */
export function receiverWarnings(receivers: readonly ReceiverView[]): readonly string[] {
  if (receivers.length === 0) return [NO_RECEIVER]
  return receivers
    .filter(({ lastCause }) => lastCause !== null)
    .map(({ name, waiting, lastCause }) => `${waiting} messages to ${name} wait: ${lastCause}.`)
}

/** @param alarms the command that these belong to */
export function addAlarmReceiverCommands(alarms: Command, context: CliContext): void {
  alarms
    .command('receivers')
    .description('list who is told of alarms, and how the messages to each do')
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const receivers = await context.withOwnerApi(config, listReceivers)
      if (globals.json) return context.print(JSON.stringify({ receivers }))
      if (receivers.length === 0) return context.print(wrapped(NO_RECEIVER, '').join('\n'))
      for (const one of receivers) {
        for (const line of linesOf(one, config.site.timeZone)) context.print(line)
      }
    })

  alarms
    .command('test')
    .description('send a test message now, and say what came of it; the exit code is 1 when one did not arrive')
    .option('--to <name>', 'to one receiver only')
    .action(async (body: { to?: string }, command: Command) => {
      const globals = globalsOf(command)
      const { to } = body
      const answer = await context.withOwnerApi(context.readConfig(globals.config), (api) =>
        api('POST', '/alarms/test', to === undefined ? {} : { to }),
      )
      const { results } = expectAnswer(answer, z.object({ results: z.array(testView) }))
      if (globals.json) context.print(JSON.stringify({ results }))
      else {
        for (const { name, delivered, says } of results) {
          const what = delivered ? 'delivered' : 'not delivered'
          for (const line of wrapped(`${name}: ${what}${says === null ? '' : `: ${says}`}`, '')) context.print(line)
        }
      }
      if (results.length === 0) throw new CommandError(NO_RECEIVER)
      const missed = results.filter(({ delivered }) => !delivered).length
      if (missed > 0) throw new CommandError(`${missed} of ${results.length} receivers got no test message`)
    })
}

function linesOf(one: ReceiverView, timeZone: string): string[] {
  const { name, kind, leastSeverity, quietHours, waiting, oldestMadeAt, lastCause, deliveredAt, givenUpAt } = one
  const quiet = quietHours === null ? '' : `, quiet from ${quietHours.from} until ${quietHours.until}`
  const facts = [
    `told of ${leastSeverity === 'critical' ? 'critical alarms alone' : `${leastSeverity} and worse`}${quiet}`,
    deliveredAt === null ? 'no message has arrived yet' : `last message arrived ${bothTimes(deliveredAt, timeZone)}`,
    ...(oldestMadeAt === null ? [] : [`${waiting} waiting, the oldest since ${bothTimes(oldestMadeAt, timeZone)}`]),
    ...(lastCause === null ? [] : [`last try failed: ${lastCause}`]),
    ...(givenUpAt === null ? [] : [`messages have been given up since ${bothTimes(givenUpAt, timeZone)}`]),
  ]
  return [`${name}  ${kind}`, ...facts.flatMap((fact) => wrapped(fact, '    '))]
}
