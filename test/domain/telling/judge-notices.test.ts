import { describe, expect, test } from 'vitest'
import type { StandingAlarm } from '#domain/telling/desk-facts.ts'
import { LookedAtDesk, standingAlarm } from './looked-at-desk.ts'
import { range } from './told-site.ts'

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

  test('does not count against the budget, and takes nothing along that has not waited', () => {
    const desk = new LookedAtDesk({ leastSeverity: 'notice' })
    desk.until(60, [notice])
    const jam = standingAlarm('lock-jammed', 40, 65)
    expect(desk.until(70, [notice, jam], eight)).toEqual(['digest: opening-charged-by-age raised'])
    expect(desk.desk.state.spentMs).toEqual([])
    expect(desk.until(120, [notice, jam], eight)).toEqual(['alarms: lock-jammed raised'])
    expect(desk.desk.state.spentMs).toHaveLength(1)
  })

  test('of more than 500 alarms that the budget keeps, so many are remembered over a restart', () => {
    const desk = new LookedAtDesk()
    for (const lock of [901, 902]) desk.until((lock - 900) * 60, [standingAlarm('lock-jammed', lock, 0)])
    desk.until(
      180,
      range(1, 600).map((lock) => standingAlarm('lock-jammed', lock, 120)),
    )
    expect(desk.desk.state.forDigest).toHaveLength(500)
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

describe('what comes again and again', () => {
  const again = (sinceS: number, isFlapping = true) => standingAlarm('lock-offline', 1, sinceS, { isFlapping })
  const flaps = { isFlapping: () => true }

  test('is told once as such, however often it ends and begins, and its end is not told', () => {
    const desk = new LookedAtDesk()
    expect(desk.until(60, [again(0)], flaps)).toEqual(['alarms: lock-offline flapping'])
    expect(desk.until(120, [], flaps)).toEqual([])
    expect(desk.until(4_000, [again(120)], flaps)).toEqual([])
    // Two quiet hours later.
    expect(desk.until(12_000, [])).toEqual([])
  })

  test('is told as any other when it goes on after it has been quiet', () => {
    const desk = new LookedAtDesk()
    desk.until(60, [again(0)], flaps)
    expect(desk.until(120, [again(0, false)])).toEqual(['alarms: lock-offline raised'])
  })
})

test('what ended and returned while it was muted is told as what it is: begun', () => {
  const desk = new LookedAtDesk()
  desk.until(60, [standingAlarm('clock-untrusted', null, 0)])
  expect(desk.until(600, [standingAlarm('clock-untrusted', null, 300, { isMuted: true })])).toEqual([])
  expect(desk.until(660, [standingAlarm('clock-untrusted', null, 300)])).toEqual(['mute-over: clock-untrusted raised'])
})

test('a lock that was away for less than half an hour is back without a word, also when it is muted meanwhile', () => {
  const desk = new LookedAtDesk()
  desk.until(60, [standingAlarm('lock-offline', 1, 0)])
  desk.until(4_000, [], { isMuted: () => true })
  expect(desk.until(4_100, [])).toEqual([])
})

test('a clock that was set back behind the beginning of an alarm makes its absence no shorter', () => {
  const desk = new LookedAtDesk()
  desk.until(60, [standingAlarm('lock-offline', 1, 3_600)])
  expect(desk.until(7_000, [])).toEqual([])
  const away = new LookedAtDesk()
  away.until(7_000, [standingAlarm('lock-offline', 1, 36_000)])
  expect(away.until(7_100, [])).toEqual(['alarms: lock-offline over'])
})

test('what stayed in a group when its update was given ends as it would alone', () => {
  const desk = new LookedAtDesk()
  const low = range(1, 5).map((lock) => standingAlarm('battery-low', lock, 0))
  desk.until(60, low)
  expect(desk.until(14_000, low.slice(0, 1))).toEqual([])
  expect(desk.until(14_500, low.slice(0, 1))).toEqual(['alarms: battery-low over'])
  // The budget is there again.
  expect(desk.until(60_000, low.slice(0, 1))).toEqual([])
  expect(desk.until(60_100, [])).toEqual([])
})
