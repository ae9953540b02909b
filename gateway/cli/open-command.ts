import type { Command } from 'commander'
import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { globalsOf } from './globals.ts'
import { lockNumber } from './lock-options.ts'

const record = z.looseObject({ name: z.string() })
const openedView = z.looseObject({ openingId: z.string(), lockId: z.number() })
const refusedView = z.looseObject({
  message: z.string(),
  reason: z.string(),
  openingId: z.string().optional(),
  lockReason: z.string().nullish(),
})

/** The door may be open: nobody may take this for a no. */
const EXIT_UNKNOWN = 3
/** The lock was asked, and says that the door did not open. */
const EXIT_STAYED_SHUT = 2

export function addOpenCommand(program: Command, context: CliContext): void {
  program
    .command('open')
    .description('open a door now, without a key; exit code 1: nothing was sent, 2: the lock says no, 3: nobody knows')
    .argument('<lock>', 'number of the lock', lockNumber)
    .option('--reason <text>', 'why, for the log')
    .option('--yes', 'do not ask at a terminal')
    .action(async (lockId: string, { reason, yes }: { reason?: string; yes?: true }, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const { name, answer, tookMs } = await context.withOwnerApi(config, async (api, { isRunning }) => {
        const { name } = expectAnswer(await api('GET', `/locks/${lockId}/record`), record)
        if (!isRunning)
          throw new CommandError('no gateway runs, and so no lock can be reached: start it (latchkey serve)')
        if (yes !== true && (await context.confirm(`Open lock ${lockId}, “${name}”, now?`)) === false) {
          throw new CommandError('nothing was sent: you did not say yes')
        }
        const beganMs = performance.now()
        const said = { reason: reason ?? `latchkey open, by ${context.userName()}` }
        const answer = await api('POST', `/locks/${lockId}/OpenLock`, said)
        return { name, answer, tookMs: Math.round(performance.now() - beganMs) }
      })
      if (answer.status >= 400) throw notOpened(refusedView.parse(answer.body), `lock ${lockId}, “${name}”`)
      const { openingId } = openedView.parse(answer.body)
      if (globals.json)
        return context.print(JSON.stringify({ lockId: Number(lockId), name, openingId, opened: true, tookMs }))
      context.print(`Lock ${lockId}, “${name}”, is open: it signed so after ${tookMs} ms (opening ${openingId}).`)
    })
}

function notOpened(
  { message, reason, openingId, lockReason }: z.infer<typeof refusedView>,
  door: string,
): CommandError {
  const details = [
    ...(lockReason == null ? [] : [{ field: 'the lock says', message: lockReason }]),
    ...(openingId === undefined ? [] : [{ field: 'opening', message: openingId }]),
  ]
  if (reason === 'unconfirmed')
    return new CommandError(`${door}: the command was sent and nobody knows what became of it: look at the door`, {
      ...{ reason, details, exitCode: EXIT_UNKNOWN },
    })
  const stayedShut = reason === 'lock-refused' || reason === 'lock-jammed'
  return new CommandError(`${door} did not open: ${message}`, {
    reason,
    details,
    exitCode: stayedShut ? EXIT_STAYED_SHUT : 1,
  })
}
