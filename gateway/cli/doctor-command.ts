import type { Command } from 'commander'
import { ConfigError } from '#config/config.ts'
import type { CliContext, Finding } from './context.ts'
import { askSite } from './doctor-running.ts'
import { globalsOf } from './globals.ts'
import { styled } from './table.ts'
import { COLUMNS, wrapped } from './wrapped.ts'

const RANKS = ['critical', 'warning', 'notice'] as const
const STYLES = { critical: 'bad', warning: 'warn', notice: 'faint' } as const
/** By the worst that was found. */
const EXIT_CODES = { critical: 2, warning: 1, notice: 0 } as const

export function addDoctorCommand(program: Command, version: string, context: CliContext): void {
  program
    .command('doctor')
    .description(
      'look through a site, running or not, and tell what is wrong and what to do; exit code 2: critical, 1: warnings, 0: neither',
    )
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const findings = (await look(globals.config, version, context)).toSorted(
        (a, b) => RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity),
      )
      const worst = findings[0]?.severity ?? null
      if (globals.json) context.print(JSON.stringify({ worst, findings }))
      else for (const line of linesOf(findings, context)) context.print(line)
      context.endWith(worst === null ? 0 : EXIT_CODES[worst])
    })
}

async function look(configFile: string, version: string, context: CliContext): Promise<readonly Finding[]> {
  const nowMs = context.nowMs()
  let config: ReturnType<CliContext['readConfig']>
  try {
    config = context.readConfig(configFile)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [
      {
        id: 'config',
        severity: 'critical',
        what: error.message,
        advice: 'Mend the config: config.example.json shows every setting.',
      },
    ]
  }
  const servesStaff = config.http.listeners.some(({ serves }) => serves.includes('staff'))
  // First, for it changes nothing: asking the records makes a data directory that is missing.
  const found = await context.inspectSite(config)
  if (found.some(({ id }) => KEEPS_OUT.has(id))) return found
  try {
    const asked = await context.withOwnerApi(config, (api, { isRunning }) =>
      askSite(api, { isRunning, servesStaff, nowMs, version }),
    )
    return [...asked, ...found]
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    return [{ id: 'site-closed', severity: 'critical', what, advice: 'Mend it, then look again.' }, ...found]
  }
}

/** The records can't be asked then. */
const KEEPS_OUT: ReadonlySet<string> = new Set([
  ...['data-dir-missing', 'data-dir-open', 'data-dir-owner', 'store-damaged', 'gateway-key-missing'],
])

function linesOf(findings: readonly Finding[], { terminal }: Pick<CliContext, 'terminal'>): string[] {
  if (findings.length === 0) return ['Nothing is wrong.']
  const columns = terminal?.columns ?? COLUMNS
  const told = findings.flatMap(({ id, severity, what, advice }) => [
    styled(`${severity}  ${id}`, STYLES[severity], terminal),
    ...what.split('\n').flatMap((line) => wrapped(line, '    ', columns)),
    ...wrapped(`→ ${advice}`, '    ', columns),
  ])
  const counts = RANKS.flatMap((rank) => {
    const count = findings.filter(({ severity }) => severity === rank).length
    return count === 0 ? [] : [`${count} ${rank}${rank === 'critical' || count === 1 ? '' : 's'}`]
  })
  return [...told, '', counts.join(', ')]
}
