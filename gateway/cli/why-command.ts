import type { Command } from 'commander'
import { z } from 'zod'
import { LOCK_ID_PATTERN, UUID_PATTERN } from '#protocol/ids.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { globalsOf } from './globals.ts'
import { type Cell, type Column, styled, tableLines } from './table.ts'
import { bothTimes } from './times.ts'
import { wrapped } from './wrapped.ts'

const whyView = z.object({
  lockId: z.number(),
  lockName: z.string(),
  key: z
    .object({ accessMode: z.string(), allowedUserIds: z.array(z.string()), description: z.string().nullable() })
    .nullable(),
  rules: z.array(z.object({ outcome: z.string(), passes: z.boolean(), value: z.string(), at: z.string().nullable() })),
  answer: z.string().nullable(),
  changesAt: z.string().nullable(),
})
type WhyView = z.infer<typeof whyView>

const COLUMNS: readonly Column[] = [{ title: '' }, { title: 'RULE' }, { title: 'WHAT DECIDES', min: 20 }]

export function addWhyCommand(program: Command, context: CliContext): void {
  program
    .command('why')
    .description('tell why a door does not open now, rule by rule; exit code 1 if it does not')
    .argument('<lock-or-key>', 'number of the lock, or a key’s UUID or link')
    .action(async (text: string, _options: object, command: Command) => {
      const globals = globalsOf(command)
      const asked = pathOf(text)
      const config = context.readConfig(globals.config)
      const { why, isRunning } = await context.withOwnerApi(config, async (api, { isRunning }) => ({
        why: expectAnswer(await api('GET', asked), whyView),
        isRunning,
      }))
      const { answer } = why
      if (globals.json) context.print(JSON.stringify({ ...why, isRunning }))
      else for (const line of linesOf(why, isRunning, config.site.timeZone, context)) context.print(line)
      if (answer !== null)
        throw new CommandError(`it does not open: ${isRunning ? answer : 'no gateway runs'}`, { reason: answer })
    })
}

function pathOf(text: string): string {
  if (LOCK_ID_PATTERN.test(text)) return `/locks/${text}/why`
  const uuid =
    text
      .replace(/[?#].*$/, '')
      .replace(/\/(open)?$/, '')
      .split('/')
      .at(-1) ?? ''
  if (UUID_PATTERN.test(uuid)) return `/temp-keys/${uuid}/why`
  throw new CommandError('that is neither the number of a lock nor a key’s UUID or link')
}

function linesOf(
  why: WhyView,
  isRunning: boolean,
  timeZone: string,
  { terminal }: Pick<CliContext, 'terminal'>,
): string[] {
  const rows = why.rules.map(({ outcome, passes, value, at }): readonly Cell[] => {
    const isUnknown = outcome === 'lock-offline' && !isRunning
    const mark: Cell = isUnknown
      ? { text: '?', style: 'warn' }
      : passes
        ? { text: '✓', style: 'good' }
        : { text: '✗', style: 'bad' }
    const told = at === null ? value : `${value} ${bothTimes(at, timeZone, 'local')}`
    return [mark, outcome, isUnknown ? 'no gateway runs: nobody knows' : told]
  })
  const { key, changesAt, answer } = why
  const whom = key === null ? 'without a key' : `by this key${key.description === null ? '' : ` (${key.description})`}`
  const verdict = !isRunning
    ? 'No gateway runs: no tap is answered at all.'
    : answer === null
      ? 'A tap would be sent to the lock now.'
      : `A tap is answered with ${answer} now.`
  return [
    `Lock ${why.lockId}, “${why.lockName}”, ${whom}`,
    ...tableLines(COLUMNS, rows, terminal),
    ...(key === null || key.accessMode === 'public' ? [] : wrapped(`Only for: ${key.allowedUserIds.join(', ')}.`, '')),
    styled(verdict, answer === null ? 'good' : 'bad', terminal),
    ...(answer === 'lock-offline' && isRunning
      ? wrapped(`Look at its power and network; latchkey lock show ${why.lockId} tells when it was last heard.`, '')
      : []),
    ...(changesAt === null ? [] : wrapped(`Its window changes at ${bothTimes(changesAt, timeZone)}.`, '')),
  ]
}
