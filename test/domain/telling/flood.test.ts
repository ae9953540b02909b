import { describe, expect, test } from 'vitest'
import type { StandingAlarm } from '#domain/telling/desk-facts.ts'
import { writeNotice } from '#domain/telling/write-notice.ts'
import { must } from '#test/support/must.ts'
import { factsAt, LookedAtDesk, standingAlarm, twelveAlarms } from './looked-at-desk.ts'
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

  test('that is over is told with those of its alarms that have ended, and leaves others behind that are like any other', () => {
    const desk = new LookedAtDesk()
    const all = twelveAlarms(0)
    expect(desk.until(60, all)).toEqual([expect.stringMatching(/^flood: /)])
    const half = all.slice(0, 6)
    const [over] = desk.until(900, half)
    expect(over).toMatch(/^flood-over: lock-floods over, key-overused over, ack-orphaned over, battery-low over, lock/)
    expect(desk.until(30_000, [])).toEqual([])
  })

  test('of which all was told, and all stands, is over without a word that anything else is so', () => {
    const desk = new LookedAtDesk()
    const all = twelveAlarms(0)
    expect(desk.until(900, all)).toEqual([expect.stringMatching(/^flood: /), 'flood-over: '])
    const title = writeNotice('night', must(desk.told[1]), factsAt(900, all)).title
    expect(title).toBe('Fewer alarms again: all that came have been told')
    // They are alarms like others by now, of which nobody waits for the end.
    expect(desk.until(30_000, [])).toEqual([])
  })

  test('is not over because of a restart', () => {
    const desk = new LookedAtDesk()
    const all = twelveAlarms(0)
    desk.until(60, all)
    desk.restart()
    expect(desk.until(600, all)).toEqual([])
    expect(desk.until(700, all)).toEqual(['flood-over: '])
  })

  test('is neither the digest nor an end that comes after it', () => {
    const desk = new LookedAtDesk({ quietHours: { fromMinute: 0, untilMinute: 8 * 60 } })
    const broker = standingAlarm('broker-down', null, 0)
    desk.until(60, [...twelveAlarms(0), broker])
    const eight = { wall: { date: '2026-11-23', minuteOfDay: 8 * 60 } }
    expect(desk.until(120, [...twelveAlarms(0), broker], eight)).toEqual([expect.stringMatching(/^digest: /)])
    expect(desk.until(180, twelveAlarms(0), eight)).toEqual(['power-returned: broker-down over'])
    expect(desk.desk.state.floodSinceMs).toBeNull()
  })

  test('is said to be over in the digest, when the budget is spent by then', () => {
    const desk = new LookedAtDesk()
    desk.until(60, [standingAlarm('lock-jammed', 1, 0)])
    const all = [standingAlarm('lock-jammed', 1, 0), ...twelveAlarms(60)]
    expect(desk.until(120, all)).toEqual([expect.stringMatching(/^flood: /)])
    expect(desk.until(2_000, all)).toEqual([])
    expect(desk.until(2_010, all, { wall: { date: '2026-11-23', minuteOfDay: 480 } })).toEqual(['digest: '])
    expect(desk.desk.state.floodSinceMs).toBeNull()
  })

  test('has its end told together, when what it brought has ended meanwhile', () => {
    const { desk } = flooded()
    expect(desk.until(1_200, [])).toEqual(['flood-over: lock-contested over'])
  })
})
