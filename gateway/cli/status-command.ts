import type { Command } from 'commander'
import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import type { ApiAnswer, CliContext, OwnerApi } from './context.ts'
import { CommandError } from './context.ts'
import { globalsOf } from './globals.ts'
import { listLocks } from './list-locks.ts'
import { type Cell, type Style, styled, tableLines } from './table.ts'
import { cutTo } from './text-width.ts'
import { bothTimes } from './times.ts'
import { COLUMNS } from './wrapped.ts'

const check = z.looseObject({
  status: z.enum(['ok', 'warning', 'failed']),
  message: z.string(),
  advice: z.string().nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
})
const readiness = z.object({ status: z.string(), checks: z.record(z.string(), check) })
const alarm = z.looseObject({
  kind: z.string(),
  severity: z.string(),
  lockId: z.number().nullable(),
  lockName: z.string().nullable().optional(),
  since: z.string(),
})
const opening = z.looseObject({ state: z.string(), startedAt: z.string(), reason: z.string().nullable().optional() })

/** A screen of 24 lines: the rest stands where the line says. */
const [ALARMS_SHOWN, OPENINGS_SHOWN] = [5, 5]
const ALARMS_ASKED = 500
const RANKS: readonly string[] = ['critical', 'warning', 'notice']
/** No column of a list here is cut to less. */
const MIN_CUT = 20

export function addStatusCommand(program: Command, context: CliContext): void {
  program
    .command('status')
    .description(
      'one screen: how the site is, what is wrong, and who came last; exit code 1 when doors can’t be opened',
    )
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const seen = await context.withOwnerApi(config, async (api, { isRunning }) => {
        if (!isRunning)
          throw new CommandError('no gateway runs: start it (latchkey serve); latchkey doctor looks at what is there')
        return await look(api)
      })
      if (globals.json) context.print(JSON.stringify(seen))
      else for (const line of linesOf(seen, config.site, context)) context.print(line)
      if (seen.readiness.status !== 'ready') throw new CommandError('doors can’t be opened', { reason: 'not-ready' })
    })
}

async function look(api: OwnerApi) {
  const { version } = expectAnswer(await api('GET', '/healthz'), z.looseObject({ version: z.string() }))
  // 503 is an answer here: it says what is wrong.
  const ready: ApiAnswer = await api('GET', '/readyz')
  const { alarms } = expectAnswer(
    await api('GET', `/alarms?limit=${ALARMS_ASKED}&past=false`),
    z.object({ alarms: z.array(alarm) }),
  )
  const urgentFirst = alarms.toSorted((a, b) => RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity))
  const openings = (await listLocks(api)).flatMap(({ lockId, name, lastOpening }) => {
    const last = opening.safeParse(lastOpening)
    return last.success ? [{ lockId, name, ...last.data }] : []
  })
  const latest = openings.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt)).slice(0, OPENINGS_SHOWN)
  return { version, readiness: readiness.parse(ready.body), alarms: urgentFirst, latest }
}

type Seen = Awaited<ReturnType<typeof look>>

const STYLE_OF: Readonly<Record<string, Style>> = { failed: 'bad', warning: 'warn', critical: 'bad', opened: 'good' }

function linesOf(
  { version, readiness: { status, checks }, alarms, latest }: Seen,
  site: { readonly name: string; readonly timeZone: string },
  { terminal }: Pick<CliContext, 'terminal'>,
): string[] {
  const columns = terminal?.columns ?? COLUMNS
  const inWidth = (text: string, style: Style | null = null): string =>
    styled(terminal === null ? text : cutTo(text, columns), style, terminal)
  const upS = Number(checks.process?.facts?.uptimeS ?? 0)
  const wrong = Object.entries(checks).filter(([, each]) => each.status !== 'ok')
  const well = Object.entries(checks).flatMap(([name, each]) => (each.status === 'ok' ? [name] : []))
  const count = (name: string): number => Number(checks.locks?.facts?.[name] ?? 0)
  const when = (iso: string): string => bothTimes(iso, site.timeZone, 'local')
  return [
    inWidth(
      `${site.name}: ${status === 'ready' ? 'doors can be opened' : 'DOORS CAN’T BE OPENED'}`,
      status === 'ready' ? 'good' : 'bad',
    ),
    inWidth(`Latchkey ${version}, up ${upWords(upS)}`),
    inWidth(`well     ${well.join(' ')}`),
    ...wrong.map(([name, each]) =>
      inWidth(`${each.status.padEnd(8)} ${name}: ${each.message}`, STYLE_OF[each.status] ?? null),
    ),
    inWidth(
      `doors    ${count('online')} online, ${count('offline')} offline, ${count('neverCame')} never came, ${count('withoutKey')} without key`,
    ),
    '',
    inWidth(
      alarms.length === 0
        ? 'No alarm stands.'
        : `${alarms.length === ALARMS_ASKED ? 'at least ' : ''}${alarms.length} ${alarms.length === 1 ? 'alarm stands' : 'alarms stand'} (latchkey alarms):`,
    ),
    ...rowsOf(
      alarms.slice(0, ALARMS_SHOWN).map(({ severity, kind, lockId, lockName, since }) => {
        const door = lockId === null ? 'the site' : `${lockId} ${lockName ?? ''}`
        return [when(since), { text: severity, style: STYLE_OF[severity] ?? null }, kind, door]
      }),
      terminal,
    ),
    '',
    inWidth(latest.length === 0 ? 'Nobody has opened a door yet.' : 'Last openings, one per door:'),
    ...rowsOf(
      latest.map(({ lockId, name, state, startedAt }) => {
        return [when(startedAt), { text: state, style: STYLE_OF[state] ?? null }, `${lockId} ${name}`]
      }),
      terminal,
    ),
  ]
}

/** In columns, under a line that says what they are. */
const rowsOf = (rows: readonly (readonly Cell[])[], terminal: CliContext['terminal']): readonly string[] =>
  tableLines(
    Array.from(rows[0] ?? [], () => ({ title: '', min: MIN_CUT })),
    rows.map(([first = '', ...rest]) => [`  ${typeof first === 'string' ? first : first.text}`, ...rest]),
    terminal,
  ).slice(1)

function upWords(seconds: number): string {
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`
}
