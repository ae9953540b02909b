import { describe, expect, test } from 'vitest'
import type { StandingAlarm } from '#domain/telling/desk-facts.ts'
import { LookedAtDesk, standingAlarm } from './looked-at-desk.ts'
import { range } from './told-site.ts'

const contested = (lock: number, sinceS: number): StandingAlarm => standingAlarm('lock-contested', lock, sinceS)

describe('a flood', () => {
  /** Twelve critical alarms of doors of many places, so that none of them go together. */
  function flooded() {
    const desk = new LookedAtDesk()
    const standing: StandingAlarm[] = []
    for (const lock of range(1, 12)) {
      standing.push(contested(100 + lock, lock * 30))
      desk.until(lock * 30, standing)
    }
    return { desk, standing }
  }

  test('begins with the eleventh alarm in ten minutes, and is one message for what comes then', () => {
    const { desk } = flooded()
    expect(desk.told.map(({ sort }) => sort)).toEqual([...Array(10).fill('alarms'), 'flood'])
  })

  test('is broken by a critical kind that it has not brought yet, once, and by no other', () => {
    const { desk, standing } = flooded()
    standing.push(contested(113, 400), standingAlarm('lock-jammed', 5, 400))
    expect(desk.until(480, standing)).toEqual([])
    standing.push(standingAlarm('lock-contradicts-itself', 1, 480))
    expect(desk.until(490, standing)).toEqual(['alarms: lock-contradicts-itself raised'])
    standing.push(standingAlarm('lock-contradicts-itself', 2, 490))
    expect(desk.until(520, standing)).toEqual([])
  })

  test('is over ten minutes after it began at the earliest, when no more than three have begun in ten minutes', () => {
    const { desk, standing } = flooded()
    const beganS = desk.told.at(-1)?.atS ?? 0
    desk.until(beganS + 395, standing)
    for (const lock of range(1, 4)) standing.push(contested(200 + lock, beganS + 400))
    expect(desk.until(beganS + 990, standing)).toEqual([])
    expect(desk.until(beganS + 1_010, standing)).toEqual(['flood-over: lock-contested raised'])
  })

  test('leaves alarms behind that are like others: their end is told where the end of such an alarm is', () => {
    const { desk, standing } = flooded()
    const [first, ...others] = standing
    expect(desk.until(960, [...standing, standingAlarm('lock-jammed', 5, 400)])).toHaveLength(1)
    expect(first).toBeDefined()
    expect(desk.until(1_100, others)).toEqual([])
  })

  test('has its end told together, when what it brought has ended meanwhile', () => {
    const { desk } = flooded()
    expect(desk.until(1_200, [])).toEqual(['flood-over: lock-contested over'])
  })
})

test('what keeps coming is told after two minutes, though something was added just now', () => {
  const desk = new LookedAtDesk()
  const standing: StandingAlarm[] = []
  for (const lock of range(1, 8)) {
    standing.push(standingAlarm('lock-jammed', lock, lock * 20))
    desk.until(lock * 20, standing)
  }
  expect(desk.told.map(({ atS, news }) => [atS, news.length])).toEqual([[120, 6]])
})

describe('the repeat of a critical alarm', () => {
  const full = (difference: Parameters<typeof standingAlarm>[3] = {}) => standingAlarm('disk-full', null, 0, difference)
  const acknowledged = { atMs: 0, name: 'Ada', word: 'yes' }

  test.each<[string, StandingAlarm[], string[]]>([
    ['comes each hour', [full()], ['reminder: disk-full', 'reminder: disk-full']],
    ['does not come while it is muted', [full({ isMuted: true })], []],
    ['does not come once somebody has acknowledged it', [full({ acknowledged })], []],
  ])('%s', (_, standing, repeats) => {
    const desk = new LookedAtDesk()
    expect(desk.until(60, [full()])).toEqual(['alarms: disk-full raised'])
    expect(desk.until(7_300, standing)).toEqual(repeats)
  })

  test('breaks quiet hours', () => {
    const desk = new LookedAtDesk({ quietHours: { fromMinute: 0, untilMinute: 9 * 60 } })
    expect(desk.until(3_700, [full()])).toEqual(['alarms: disk-full raised', 'reminder: disk-full'])
  })
})

describe('a critical alarm', () => {
  const jam = standingAlarm('lock-jammed', 1, 0)
  const full = standingAlarm('disk-full', null, 30)

  test('takes along what has waited long enough, and leaves the budget as it is', () => {
    const desk = new LookedAtDesk()
    desk.until(25, [jam])
    expect(desk.until(40, [jam, full])).toEqual(['alarms: disk-full raised, lock-jammed raised'])
    expect(desk.desk.state.spentMs).toEqual([])
  })

  test('takes nothing along that has not waited, and nothing in quiet hours', () => {
    expect(new LookedAtDesk().until(0, [jam, full])).toEqual(['alarms: disk-full raised'])
    const quiet = new LookedAtDesk({ quietHours: { fromMinute: 0, untilMinute: 9 * 60 } })
    quiet.until(25, [jam])
    expect(quiet.until(60, [jam, full])).toEqual(['alarms: disk-full raised'])
  })
})

describe('the digest', () => {
  const eight = { wall: { date: '2026-11-23', minuteOfDay: 8 * 60 } }
  const notice = standingAlarm('opening-charged-by-age', 1, 0)

  test('brings notices at eight, once a day, and is no message when there is nothing in it', () => {
    const desk = new LookedAtDesk({ leastSeverity: 'notice' })
    expect(desk.until(60, [notice])).toEqual([])
    expect(desk.until(120, [notice], eight)).toEqual(['digest: opening-charged-by-age raised'])
    const other = standingAlarm('opening-charged-by-age', 2, 120)
    expect(desk.until(600, [notice, other], { wall: { date: '2026-11-23', minuteOfDay: 20 * 60 } })).toEqual([])
    const next = { wall: { date: '2026-11-24', minuteOfDay: 8 * 60 } }
    expect(desk.until(610, [notice, other], next)).toEqual(['digest: opening-charged-by-age raised'])
    expect(desk.until(700, [notice, other], { wall: { date: '2026-11-25', minuteOfDay: 480 } })).toEqual([])
  })

  test('waits until locks that are on their way back have had their time', () => {
    const desk = new LookedAtDesk({ leastSeverity: 'notice' })
    desk.until(60, [notice])
    const settling = { isSettling: true, forMs: 60_000, expected: 31, missing: [] }
    expect(desk.until(120, [notice], { ...eight, back: settling })).toEqual([])
    expect(desk.until(130, [notice], eight)).toHaveLength(1)
  })

  test('is not that of a day whose eight o’clock was over at the first look ever', () => {
    const desk = new LookedAtDesk({ leastSeverity: 'notice' })
    expect(desk.until(600, [notice], { wall: { date: '2026-11-23', minuteOfDay: 480 } })).toEqual([])
  })
})

test('what is not severe enough for a recipient is no news to it, and neither is its end', () => {
  const desk = new LookedAtDesk({ leastSeverity: 'critical' })
  desk.until(60, [standingAlarm('lock-jammed', 1, 0)])
  expect(desk.until(120, [])).toEqual([])
  expect(desk.told).toEqual([])
})

test('the end of an alarm is told of those whose end somebody waits for, and of no other', () => {
  const told = (kind: Parameters<typeof standingAlarm>[0], lock: number | null) => {
    const desk = new LookedAtDesk()
    desk.until(60, [standingAlarm(kind, lock, 0)])
    return desk.until(120, []).length
  }
  expect([told('store-failed', null), told('disk-full', null), told('broker-down', null)]).toEqual([1, 1, 1])
  expect([told('clock-untrusted', null), told('nobody-told', null)]).toEqual([1, 1])
  expect([told('lock-jammed', 1), told('disk-low', null), told('battery-low', 1), told('lock-offline', 1)]).toEqual([
    ...[0, 0, 0, 0],
  ])
})

test('while it is muted the end of an alarm is not told either, and it is when the mute ends', () => {
  const desk = new LookedAtDesk()
  desk.until(60, [standingAlarm('clock-untrusted', null, 0)])
  expect(desk.until(600, [], { isMuted: () => true })).toEqual([])
  expect(desk.until(660, [])).toEqual(['mute-over: clock-untrusted over'])
})
