import { type Command, Option } from 'commander'
import { z } from 'zod'
import { unreachableConsole } from '#config/derived.ts'
import { STAFF_ROLES } from '#domain/access/roles.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError, type OwnerApi } from './context.ts'
import { globalsOf } from './globals.ts'
import { parseMoment } from './moments.ts'
import { scannable } from './scannable.ts'
import { bothTimes } from './times.ts'

const staffView = z.looseObject({
  staffId: z.string(),
  name: z.string(),
  role: z.string(),
  until: z.string(),
  hasEnded: z.boolean(),
  lastUsedAt: z.string().nullable(),
})
type StaffView = z.infer<typeof staffView>
const listView = z.object({ staff: z.array(staffView) })
const oneView = z.object({ staff: staffView })
const codeView = oneView.extend({
  code: z.string(),
  link: z.string().nullable(),
  certificateSha256: z.string().nullable(),
})
const eventView = z.looseObject({
  at: z.string(),
  name: z.string(),
  what: z.string(),
  detail: z.string().nullable(),
  by: z.string(),
})
const EVENTS_SHOWN = '200'

interface Asked {
  readonly command: Command
  readonly name: string
}

export function addStaffCommands(program: Command, context: CliContext): void {
  const staff = program.command('staff').description('people with access to the console')

  staff
    .command('add')
    .description('give a person access, and print the access code this once')
    .argument('<name>', 'who it is: it stands in the log behind all that the person changes')
    .addOption(new Option('--role <role>', 'what the person may do').choices(STAFF_ROLES).makeOptionMandatory())
    .option('--until <time>', 'when the access ends: +30d, "2026-12-24 18:00" by the site’s clock, or ISO 8601', '+90d')
    .action(async (name: string, { role, until }: { role: string; until: string }, command: Command) => {
      const body = { name, role, until: isoTime(until, command) }
      const made = await ask(command, codeView, (api) => api('POST', '/staff', body))
      showCode(command, made)
    })

  staff
    .command('list', { isDefault: true })
    .description('list everybody with access; this is what staff alone does')
    .action(async (_options: object, command: Command) => {
      const answer = await ask(command, listView, (api) => api('GET', '/staff'))
      if (globalsOf(command).json) return context.print(JSON.stringify(answer))
      if (answer.staff.length === 0) context.print('Nobody has access yet: give it with staff add.')
      for (const member of answer.staff) context.print(lineOf(member, zoneOf(command)))
    })

  staff
    .command('role')
    .description('change what a person may do; it ends the person’s sessions, and the next sign-in has it')
    .argument('<name>', 'who it is')
    .argument('<role>', STAFF_ROLES.join(', '))
    .action(async (name: string, role: string, _options: object, command: Command) => {
      const changed = await change({ command, name }, { role })
      show(command, changed, `${changed.staff.name} is ${changed.staff.role} now.`)
    })

  staff
    .command('until')
    .description('change when a person’s access ends')
    .argument('<name>', 'who it is')
    .argument('<time>', '+30d, "2026-12-24 18:00" by the site’s clock, or ISO 8601')
    .action(async (name: string, time: string, _options: object, command: Command) => {
      const changed = await change({ command, name }, { until: isoTime(time, command) })
      show(
        command,
        changed,
        `${changed.staff.name} has access until ${bothTimes(changed.staff.until, zoneOf(command))}.`,
      )
    })

  staff
    .command('code')
    .description('give a person a new access code, and print it this once; the one before is good no more')
    .argument('<name>', 'who it is')
    .action(async (name: string, _options: object, command: Command) => {
      const made = await ask(command, codeView, async (api) => api('POST', `/staff/${await idOf(api, name)}/code`))
      showCode(command, made)
    })

  staff
    .command('remove')
    .description('take a person’s access back: sessions and streams end at once')
    .argument('<name>', 'who it is')
    .action(async (name: string, _options: object, command: Command) => {
      const gone = await ask(command, oneView, async (api) => api('DELETE', `/staff/${await idOf(api, name)}`))
      show(command, gone, `${gone.staff.name} has no access any more.`)
    })

  staff
    .command('log')
    .description(`who gave whom which access, and who signed in: the last ${EVENTS_SHOWN}, newest first`)
    .action(async (_options: object, command: Command) => {
      const shape = z.looseObject({ events: z.array(eventView) })
      const { events } = await ask(command, shape, (api) => api('GET', `/staff/events?limit=${EVENTS_SHOWN}`))
      if (globalsOf(command).json) return context.print(JSON.stringify({ events }))
      if (events.length === 0) context.print('Nothing happened yet.')
      for (const { at, name, what, detail, by } of events) {
        const more = detail === null ? '' : ` (${detail})`
        context.print(`${bothTimes(at, zoneOf(command))}  ${name}  ${what}${more}  by ${by}`)
      }
    })

  const zoneOf = (command: Command): string => context.readConfig(globalsOf(command).config).site.timeZone
  const isoTime = (text: string, command: Command): string =>
    new Date(parseMoment(text, '--until', { nowMs: context.nowMs(), zone: zoneNamed(zoneOf(command)) })).toISOString()

  async function ask<T>(
    command: Command,
    shape: z.ZodType<T>,
    how: (api: OwnerApi) => ReturnType<OwnerApi>,
  ): Promise<T> {
    const config = context.readConfig(globalsOf(command).config)
    return expectAnswer(await context.withOwnerApi(config, how), shape)
  }

  const change = ({ command, name }: Asked, body: object) =>
    ask(command, oneView, async (api) => api('PATCH', `/staff/${await idOf(api, name)}`, body))

  function show(command: Command, answer: object, words: string): void {
    context.print(globalsOf(command).json ? JSON.stringify(answer) : words)
  }

  /** The code goes to standard output and all else beside it, as with an API key. */
  function showCode(command: Command, made: z.infer<typeof codeView>): void {
    if (globalsOf(command).json) {
      context.print(JSON.stringify(made))
      return
    }
    const { staff: member, code, link, certificateSha256 } = made
    context.print(code)
    context.complain(
      `Shown this once: only its hash is kept. ${member.name} is ${member.role} until ${bothTimes(member.until, zoneOf(command))}.`,
    )
    if (link === null) {
      context.complain(
        'No listener serves the staff, or nobody knows its port while no gateway runs: see http.listeners.',
      )
      return
    }
    context.complain(`Scan this, and press the button; or type the code at ${link.replace(/#.*$/, '')}`)
    context.complain(scannable(link, context.terminal))
    const unreachable = unreachableConsole(link)
    if (unreachable !== null) context.complain(`No phone can scan it: ${unreachable}.`)
    if (certificateSha256 !== null) {
      context.complain(
        `The browser warns of the site's own certificate. Go on only if it shows this SHA-256 fingerprint:\n${certificateSha256}`,
      )
    }
  }
}

/** By name, as people know each other; no two with access have the same. */
async function idOf(api: OwnerApi, name: string): Promise<string> {
  const { staff } = expectAnswer(await api('GET', '/staff'), listView)
  const [found] = staff.filter((member) => sameName(member.name, name))
  if (found === undefined) throw new CommandError(`nobody with access is called “${name}”: see staff list`)
  return found.staffId
}

const sameName = (one: string, other: string): boolean =>
  one.normalize('NFKC').toLowerCase() === other.trim().normalize('NFKC').toLowerCase()

function lineOf({ name, role, until, hasEnded, lastUsedAt }: StaffView, timeZone: string): string {
  const used = lastUsedAt === null ? 'never signed in' : `last signed in ${bothTimes(lastUsedAt, timeZone)}`
  return `${name}  ${role}  ${hasEnded ? 'ended' : 'until'} ${bothTimes(until, timeZone)}, ${used}`
}
