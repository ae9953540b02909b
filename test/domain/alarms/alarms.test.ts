import { expect, test } from 'vitest'
import { judgeSighting, type Sighting, type StoredSighting } from '#domain/alarms/alarm.ts'
import { AlarmLog } from '#domain/alarms/alarm-log.ts'
import { Alarms } from '#domain/alarms/alarms.ts'
import { contestSeen, floodSeen, preparedLocksFull } from '#domain/alarms/sightings.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { type LockId, lockIdFromNumber } from '#protocol/ids.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'

const lock = (n: number): LockId => must(lockIdFromNumber(n))
const [ours, theirs] = ['10.0.0.5', '10.0.0.9']

/** Alarms over a store that keeps what stands, as the real one does, and a log that keeps its lines. */
function site() {
  const clock = new ManualClock()
  const lines: { level: string; message: string; fields: object }[] = []
  const say = (level: string) => (fields: object, message: string) => void lines.push({ level, message, fields })
  const log = new AlarmLog({ info: say('info'), warn: say('warn'), error: say('error') }, clock)
  const written: Sighting[] = []
  const standing = new Set<string>()
  const disk = { isFull: false }
  const seen = (sighting: Sighting): StoredSighting => {
    const name = `${sighting.kind} ${sighting.lockId}`
    const isNew = !standing.has(name)
    standing.add(name)
    return { ...sighting, isNew }
  }
  const alarms = new Alarms({
    store: {
      standingAlarms: async () => [],
      raiseAlarm: async ({ sighting }) => {
        if (disk.isFull) throw new StoreFault('no space')
        written.push(sighting)
        log.saw([seen(sighting)])
      },
      clearAlarm: async ({ kind, lockId }) => standing.delete(`${kind} ${lockId}`),
    },
    ...{ log, clock },
  })
  return { clock, alarms, written, lines, log, disk, seen }
}

test('two devices with one identity are told of once a minute and lock, with both addresses and every takeover', async () => {
  const { clock, alarms, written, lines } = site()
  await alarms.raise(contestSeen(lock(1), { takeovers: 3, from: ours, to: theirs }))
  await alarms.raise(contestSeen(lock(2), { takeovers: 3, from: ours, to: theirs }))
  for (let second = 1; second <= 120; second += 1) {
    await clock.passMs(1_000)
    const [from, to] = second % 2 === 0 ? [ours, theirs] : [theirs, ours]
    await alarms.raise(contestSeen(lock(1), { takeovers: 1, from, to }))
  }
  expect(written.map(({ lockId, times }) => [lockId, times])).toEqual([
    [1, 3],
    [2, 3],
    [1, 60],
    [1, 60],
  ])
  expect(written[0]?.advice).toMatch(/^Two devices connect as this lock in turn, from 10\.0\.0\.5 and 10\.0\.0\.9: /)
  expect(lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'error: alarm raised',
    'error: alarm raised',
    'error: alarm seen again',
    'error: alarm seen again',
  ])
  expect(lines[2]?.fields).toMatchObject({ alarm: 'lock-contested', lockId: 1, times: 60 })
})

test('behind one address it may be one device that restarts all the time, and that is said', () => {
  const { advice } = contestSeen(lock(1), { takeovers: 3, from: ours, to: ours })
  expect(advice).toMatch(/from 10\.0\.0\.5: two devices with one name and password, or one that restarts/)
})

test('a program that is refused to prepare locks is told of once a minute, with who and how often', async () => {
  const { clock, alarms, written, lines } = site()
  const by = 'organization:acme/api-key:0123456789abcdef'
  const refusal = { kind: 'too-many-prepared', of: 'caller', limit: 200 } as const
  for (let second = 0; second < 120; second += 1) {
    await alarms.raise(preparedLocksFull(refusal, by))
    await clock.passMs(1_000)
  }
  expect(written.map(({ times }) => times)).toEqual([1, 60])
  expect(written[0]?.advice).toContain(`${by} may prepare no more locks. It has prepared 200 `)
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn'])
})

test('whose share is used up, the whole site’s or the caller’s, is said', () => {
  const { advice } = preparedLocksFull({ kind: 'too-many-prepared', of: 'site', limit: 2_000 }, 'user:ann')
  expect(advice).toContain('Programs have prepared 2000 ')
})

test('what a judgement raised in its own transaction is told to the log at its severity from the first moment', () => {
  const { log, lines, seen } = site()
  const about = 'a command'
  log.saw([seen({ kind: 'lock-contradicts-itself', lockId: lock(1), about, times: 1 })])
  log.saw([seen({ kind: 'key-overused', lockId: lock(1), about, times: 1 })])
  log.saw([seen({ kind: 'opening-charged-by-age', lockId: lock(1), about, times: 1 })])
  expect(lines.map(({ level }) => level)).toEqual(['error', 'warn', 'info'])
  expect(lines[0]?.fields).toMatchObject({ alarm: 'lock-contradicts-itself', lockId: 1, about, times: 1 })
  expect(lines[0]?.fields).toHaveProperty('advice', expect.stringMatching(/two different outcomes of one command/))
})

test('what is seen a thousand times in a minute is one line, and another with how often it was', async () => {
  const { log, lines, seen, clock } = site()
  for (let n = 0; n < 1_000; n += 1) log.saw([seen({ kind: 'ack-orphaned', lockId: lock(1), about: null, times: 2 })])
  await clock.passMs(60_000)
  log.saw([seen({ kind: 'ack-orphaned', lockId: lock(1), about: null, times: 2 })])
  expect(lines.map(({ message, fields }) => ({ message, fields }))).toMatchObject([
    { message: 'alarm raised', fields: { times: 2 } },
    { message: 'alarm seen again', fields: { times: 2_000 } },
  ])
})

test('one that ends is told, and begins anew at once when it is seen again', async () => {
  const { alarms, written, lines } = site()
  await alarms.raise(floodSeen(lock(1)))
  await alarms.clear('lock-floods', lock(1))
  await alarms.clear('lock-floods', lock(1))
  await alarms.raise(floodSeen(lock(1)))
  expect(written).toHaveLength(2)
  expect(lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'warn: alarm raised',
    'info: alarm cleared',
    'warn: alarm raised',
  ])
})

test('one that can’t be stored is in the log all the same, and is stored when it is seen again', async () => {
  const { alarms, written, lines, disk } = site()
  disk.isFull = true
  expect(await alarms.raise(floodSeen(lock(1)))).toBe(false)
  disk.isFull = false
  expect(await alarms.raise(floodSeen(lock(1)))).toBe(true)
  expect(written).toHaveLength(1)
  expect(lines[0]).toMatchObject({ level: 'warn', message: 'alarm raised, and not stored' })
})

test('what is worse than it was voids an acknowledgement, and what lessens and grows again is not worse', () => {
  const seen = { kind: 'opening-unconfirmed', lockId: lock(1), about: null, times: 1 } as const
  const acknowledged = { atMs: 2, name: 'Ada', word: 'on my way' }
  const raised = judgeSighting({ ...seen, weight: 2 }, null, 1)
  expect(raised).toMatchObject({ sinceMs: 1, count: 1, weight: 2, acknowledged: null })
  const same = judgeSighting({ ...seen, weight: 1 }, { ...raised, acknowledged }, 3)
  expect(same).toMatchObject({ sinceMs: 1, lastSeenMs: 3, count: 2, weight: 2, acknowledged })
  expect(judgeSighting({ ...seen, weight: 2 }, same, 4)).toMatchObject({ weight: 2, acknowledged })
  expect(judgeSighting({ ...seen, weight: 3 }, same, 4)).toMatchObject({ weight: 3, acknowledged: null })
})

test('sightings that come while the store is busy are stored after it, none of them twice', async () => {
  const { clock, alarms, written, disk } = site()
  disk.isFull = true
  for (let n = 0; n < 3; n += 1) await alarms.raise(floodSeen(lock(1)))
  disk.isFull = false
  const nothing = { sightings: [], ends: [] }
  await Promise.all([alarms.take(nothing), alarms.raise(floodSeen(lock(1)))])
  await clock.passMs(60_000)
  await alarms.take(nothing)
  await alarms.take(nothing)
  expect(written.reduce((sum, { times }) => sum + times, 0)).toBe(4)
  expect(alarms.unstored).toEqual([])
})

test('one that ends before it could be stored is stored with its end: it happened', async () => {
  const { alarms, written, lines, disk } = site()
  disk.isFull = true
  await alarms.raise({ kind: 'store-failed', lockId: null, about: null })
  expect(alarms.unstored).toMatchObject([{ id: null, kind: 'store-failed', clearedAtMs: null }])
  disk.isFull = false
  await alarms.clear('store-failed', null)
  expect(written).toMatchObject([{ kind: 'store-failed', times: 1 }])
  expect(alarms.unstored).toEqual([])
  expect(lines.at(-1)?.message).toBe('alarm cleared')
})

test('a disk that hangs is asked once for the end of an alarm', async () => {
  const { log, clock } = site()
  let asked = 0
  const hangs = new Promise<boolean>(() => {})
  const clearAlarm = () => {
    asked += 1
    return hangs
  }
  const alarms = new Alarms({
    store: { standingAlarms: async () => [], raiseAlarm: async () => {}, clearAlarm },
    log,
    clock,
  })
  await alarms.raise({ kind: 'disk-low', lockId: null, about: null })
  for (let look = 0; look < 3; look += 1) void alarms.clear('disk-low', null)
  expect(asked).toBe(1)
})

test('a condition that lessens and grows again is no news as long as it is no worse than it was', async () => {
  const { alarms, clock, written } = site()
  const seen = async (weight: number, advice: string) => {
    await alarms.raise({ kind: 'disk-low', lockId: null, about: null, weight, advice })
    await clock.passMs(61_000)
  }
  await seen(3, 'Look here.')
  await seen(1, 'Look there.')
  await seen(2, 'Look there.')
  expect(written.map(({ weight }) => weight)).toEqual([3, 1])
})
