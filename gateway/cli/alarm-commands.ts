import type { Command } from 'commander'
import { z } from 'zod'
import { addAlarmFiguresCommand } from './alarm-figures-command.ts'
import { addAlarmReceiverCommands, listReceivers, receiverWarnings } from './alarm-receiver-commands.ts'
import { expectAnswer } from './api-answer.ts'
import { type ApiAnswer, type CliContext, CommandError, type OwnerApi } from './context.ts'
import { globalsOf } from './globals.ts'
import { lockNumber } from './lock-options.ts'
import { bothTimes, parseDurationMs } from './times.ts'
import { COLUMNS, cut, wrapped } from './wrapped.ts'

const alarmView = z.looseObject({
  alarmId: z.number().nullable(),
  kind: z.string(),
  severity: z.string(),
  lockId: z.number().nullable(),
  lockName: z.string().nullable(),
  since: z.string(),
  clearedAt: z.string().nullable(),
  count: z.number(),
  advice: z.string(),
  acknowledged: z.object({ at: z.string(), name: z.string().nullable(), word: z.string().nullable() }).nullable(),
  mutedUntil: z.string().nullable(),
})
type AlarmView = z.infer<typeof alarmView>
const page = z.object({ alarms: z.array(alarmView), nextCursor: z.string().nullable() })

const muteView = z.looseObject({
  scope: z.enum(['lock', 'area', 'site']),
  lockId: z.number().nullable(),
  area: z.string().nullable(),
  until: z.string(),
})
type MuteView = z.infer<typeof muteView>

/** Past alarms are without end: the newest are what somebody looks for. */
const PAST_MAX = 1_000
const RANKS: readonly string[] = ['critical', 'warning', 'notice']

interface Doors {
  readonly lock?: string
  readonly area?: string
  readonly site?: true
}

export function addAlarmCommands(program: Command, context: CliContext): void {
  const alarms = program.command('alarms').description('what somebody has to see to')

  alarms
    .command('list', { isDefault: true })
    .description('list the alarms that stand, the most urgent first; this is what alarms alone does')
    .option('--all', 'those that have ended too, the newest first')
    .action(async ({ all = false }: { all?: boolean }, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const { listed, mutes, receivers } = await context.withOwnerApi(config, async (api) => ({
        listed: await listAlarms(api, all),
        mutes: expectAnswer(await api('GET', '/alarms/mutes'), z.object({ mutes: z.array(muteView) })).mutes,
        receivers: await listReceivers(api),
      }))
      if (globals.json) return context.print(JSON.stringify({ alarms: listed, mutes }))
      const { timeZone } = config.site
      const inOrder = all ? listed : [...listed].sort((a, b) => rankOf(a) - rankOf(b))
      for (const alarm of inOrder) for (const line of linesOf(alarm, timeZone)) context.print(line)
      if (listed.length === 0) context.print(all ? 'There never was an alarm.' : 'No alarm stands.')
      for (const mute of mutes) for (const line of wrapped(muteWords(mute, timeZone), '')) context.print(line)
      for (const warning of receiverWarnings(receivers)) for (const line of wrapped(warning, '')) context.print(line)
      if (all && listed.length >= PAST_MAX) context.complain(`These are the ${PAST_MAX} newest.`)
    })

  alarms
    .command('ack')
    .description(
      'say that you see to an alarm: one of what has happened ends, one of what goes on stays until it is over',
    )
    .argument('<id>', 'number of the alarm, as alarms lists it')
    .requiredOption('--word <text>', 'what you do about it')
    .option('--name <name>', 'who you are', context.userName())
    .action(async (id: string, { word, name }: { word: string; name: string }, command: Command) => {
      if (!/^[1-9]\d{0,14}$/.test(id))
        throw new CommandError('an alarm has a whole number above 0, see latchkey alarms')
      const globals = globalsOf(command)
      const answer = await context.withOwnerApi(context.readConfig(globals.config), (api) =>
        api('POST', `/alarms/${id}/acknowledge`, { name, word }),
      )
      const { alarm } = expectAnswer(answer, z.object({ alarm: alarmView }))
      if (globals.json) return context.print(JSON.stringify({ alarm }))
      const what = alarm.clearedAt === null ? 'stays until its cause ends' : 'has ended'
      context.print(`Alarm ${id}, ${alarm.kind}, is acknowledged by ${name} and ${what}.`)
    })

  forDoors(alarms.command('mute'))
    .description(
      'call nobody for some doors while you work on them; it ends by itself, and alarms are listed all the same',
    )
    .requiredOption('--for <time>', 'for how long, such as 30m or 2h, at most 12h')
    .action(async ({ for: time, ...doors }: Doors & { for: string }, command: Command) => {
      const body = { ...doorsOf(doors, 'mute'), forS: parseDurationMs(time, '--for') / 1_000 }
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const answer = await context.withOwnerApi(config, (api) => api('POST', '/alarms/mutes', body))
      const { mute } = expectAnswer(answer, z.object({ mute: muteView }))
      context.print(globals.json ? JSON.stringify({ mute }) : muteWords(mute, config.site.timeZone))
    })

  forDoors(alarms.command('unmute'))
    .description('end a mute before its time; every mute when no door is named')
    .action(async (doors: Doors, command: Command) => {
      const body = Object.keys(doors).some((name) => DOORS.has(name)) ? doorsOf(doors, 'unmute') : { all: true }
      const globals = globalsOf(command)
      const answer = await context.withOwnerApi(context.readConfig(globals.config), (api) =>
        api('POST', '/alarms/unmute', body),
      )
      const { ended } = expectAnswer(answer, z.object({ ended: z.array(muteView) }))
      if (globals.json) return context.print(JSON.stringify({ ended }))
      context.print(ended.length === 0 ? 'Nothing was muted.' : `No longer muted: ${ended.map(scopeWords).join(', ')}.`)
    })
  addAlarmReceiverCommands(alarms, context)
  addAlarmFiguresCommand(alarms, context)
}

const DOORS: ReadonlySet<string> = new Set(['lock', 'area', 'site'])

const forDoors = (command: Command): Command =>
  command
    .option('--lock <lock>', 'one door, by the number of its lock', lockNumber)
    .option('--area <area>', 'all doors of an area')
    .option('--site', 'all doors, and the site itself')

function doorsOf({ lock, area, site }: Doors, command: string): object {
  const given = [lock, area, site].filter((value) => value !== undefined)
  if (given.length !== 1) throw new CommandError(`alarms ${command} takes just one of --lock, --area and --site`)
  if (lock !== undefined) return { lockId: Number(lock) }
  return area !== undefined ? { area } : { site: true }
}

async function listAlarms(api: OwnerApi, past: boolean): Promise<AlarmView[]> {
  const all: AlarmView[] = []
  for (let cursor: string | null = ''; cursor !== null && !(past && all.length >= PAST_MAX); ) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`
    const answer: ApiAnswer = await api('GET', `/alarms?limit=500&past=${past}${after}`)
    const { alarms, nextCursor } = expectAnswer(answer, page)
    all.push(...alarms)
    cursor = nextCursor
  }
  return all
}

const rankOf = ({ severity, acknowledged }: AlarmView): number =>
  RANKS.indexOf(severity) + (acknowledged === null ? 0 : RANKS.length)

function linesOf(alarm: AlarmView, timeZone: string): string[] {
  const { alarmId, kind, severity, lockId, lockName, since, clearedAt, count, advice, acknowledged, mutedUntil } = alarm
  const where = lockId === null ? 'site' : `lock ${lockId} ${lockName ?? ''}`
  const head = `${alarmId ?? 'not stored'}  ${severity}  ${kind}  `
  const time = (iso: string): string => bothTimes(iso, timeZone)
  const times = count > 1 ? `, seen ${count} times` : ''
  const facts = [
    `since ${time(since)}${times}`,
    ...(clearedAt === null ? [] : [`ended ${time(clearedAt)}`]),
    ...(acknowledged === null ? [] : [`acknowledged by ${acknowledged.name}: ${acknowledged.word}`]),
    ...(mutedUntil === null ? [] : [`muted until ${time(mutedUntil)}`]),
    ...(clearedAt === null ? [advice] : []),
  ]
  return [cut(`${head}${where}`.trimEnd(), COLUMNS), ...facts.flatMap((fact) => wrapped(fact, '    '))]
}

function scopeWords({ scope, lockId, area }: MuteView): string {
  if (scope === 'site') return 'the whole site'
  return scope === 'lock' ? `lock ${lockId}` : `area ${area}`
}

const muteWords = (mute: MuteView, timeZone: string): string =>
  `Muted until ${bothTimes(mute.until, timeZone)}: ${scopeWords(mute)}.`
