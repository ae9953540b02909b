import type { Command } from 'commander'
import { z } from 'zod'
import { expectAnswer } from './api-answer.ts'
import type { CliContext } from './context.ts'
import { globalsOf } from './globals.ts'
import { lockView } from './list-locks.ts'
import { lockNumber, withOut } from './lock-options.ts'
import { SheetPlace } from './sheet-place.ts'
import { bothTimes } from './times.ts'

const keyPair = z.object({
  keyGeneration: z.number(),
  fingerprint: z.string(),
  keyMadeBy: z.string(),
  setAt: z.string(),
  replacedAt: z.string().nullable(),
})
const lockRecord = lockView.extend({
  uuid: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
  directions: z.string().nullable(),
  offlineAfterMin: z.number().nullable(),
  picture: z.object({ widthPx: z.number(), heightPx: z.number() }).nullable(),
  keyPairs: z.array(keyPair),
  offlineCause: z.string().nullable(),
  since: z.string().nullable(),
  lastSeen: z.string().nullable(),
  lastHello: z
    .looseObject({ at: z.string(), firmware: z.string(), bootId: z.string(), bootedAt: z.string() })
    .nullable(),
  door: z.string(),
  batteryPercent: z.number().nullable(),
  goodKeys: z.number(),
  unsettledOpenings: z.array(z.object({ openingId: z.string(), state: z.string(), startedAt: z.string() })),
})
type LockRecord = z.infer<typeof lockRecord>

/** What there is to know of one lock. */
export function addLockRecordCommands(lock: Command, context: CliContext): void {
  lock
    .command('show')
    .description('show everything that is known of one lock, a retired one too')
    .argument('<lock>', 'number of the lock', lockNumber)
    .action(async (lockId: string, _options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const answer = await context.withOwnerApi(config, (api) => api('GET', `/locks/${lockId}/record`))
      const record = expectAnswer(answer, lockRecord)
      if (globals.json) return context.print(JSON.stringify(record))
      for (const line of linesOf(record, config.site.timeZone)) context.print(line)
    })

  withOut(lock.command('sheet'))
    .description(
      'print once more what a lock was flashed with, without its password and private key, which nobody knows',
    )
    .argument('<lock>', 'number of the lock', lockNumber)
    .action(async (lockId: string, { out }: { out?: string }, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      const place = SheetPlace.of(out, context)
      const { flashing } = await place.filledBy(async () =>
        expectAnswer(
          await context.withOwnerApi(config, (api) => api('GET', `/locks/${lockId}/sheet`)),
          z.object({ flashing: z.looseObject({ note: z.string() }) }),
        ),
      )
      place.put(flashing, { lockId: Number(lockId) }, globals)
      if (!globals.json) context.complain(flashing.note)
    })
}

function linesOf(record: LockRecord, timeZone: string): string[] {
  const time = (iso: string | null): string | null => (iso === null ? null : bothTimes(iso, timeZone))
  const { lastHello: hello, createdBy, retiredAt } = record
  const facts: readonly (readonly [string, string | null])[] = [
    ['lock', `${record.lockId} ${record.name}`],
    ['retired', time(retiredAt)],
    ['area', record.area],
    ['pulse', `${record.pulseS} s`],
    ['offline after', record.offlineAfterMin === null ? null : `${record.offlineAfterMin} min`],
    ['organization', record.organization ?? 'none'],
    ['owner', record.owner ?? 'none'],
    ['directions', record.directions],
    ['picture', record.picture && `${record.picture.widthPx} by ${record.picture.heightPx} pixels, as guests see it`],
    ['uuid', record.uuid],
    [/^owner(?::|$)/.test(createdBy) ? 'added' : `prepared by ${createdBy}`, time(record.createdAt)],
    ...(record.keyPairs.length === 0
      ? [['key', 'none yet: lock add'] as const]
      : record.keyPairs.map((pair) => [`key pair ${pair.keyGeneration}`, keyWords(pair, timeZone)] as const)),
    ['presence', presenceWords(record, timeZone)],
    ['last heard', time(record.lastSeen)],
    ['last hello', hello === null ? null : time(hello.at)],
    ['firmware', hello?.firmware ?? null],
    ['boot', hello === null ? null : `${hello.bootId}, since about ${bothTimes(hello.bootedAt, timeZone)}`],
    ['door', record.door],
    ['battery', record.batteryPercent === null ? 'unknown' : `${record.batteryPercent} %`],
    ['good keys', String(record.goodKeys)],
    ...(record.unsettledOpenings.length === 0 ? [['unconfirmed', 'no opening'] as const] : []),
    ...record.unsettledOpenings.map(
      ({ openingId, startedAt }) =>
        ['unconfirmed', `opening ${openingId}, of ${bothTimes(startedAt, timeZone)}`] as const,
    ),
  ]
  const told = facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
  const width = Math.max(...told.map(([name]) => name.length))
  const below = `\n${' '.repeat(width + 2)}`
  return told.map(([name, value]) => `${name.padEnd(width)}  ${value.replaceAll('\n', below)}`)
}

function keyWords({ fingerprint, keyMadeBy, setAt, replacedAt }: z.infer<typeof keyPair>, timeZone: string): string {
  const made = keyMadeBy === 'lock' ? 'made on the lock' : 'made by the gateway'
  const until = replacedAt === null ? [] : [`until ${bothTimes(replacedAt, timeZone)}`]
  return [made, `since ${bothTimes(setAt, timeZone)}`, ...until, 'SHA-256', fingerprint].join('\n')
}

function presenceWords({ online, offlineCause, since }: LockRecord, timeZone: string): string {
  const state = online ? 'online' : `offline (${offlineCause ?? 'unknown'})`
  return since === null
    ? `${state}, nothing heard of its board since the gateway started`
    : `${state} since ${bothTimes(since, timeZone)}`
}
