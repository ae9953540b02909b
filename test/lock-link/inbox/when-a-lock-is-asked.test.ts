import { describe, expect, test } from 'vitest'
import { LockPresenceState } from '#lock-link/inbox/lock-presence.ts'
import { newNonce } from '#protocol/ids.ts'
import { at, online } from './presence-lab.ts'

const TIMES = { silenceMs: 60_000, answerWaitMs: 5_000 }

describe('a lock', () => {
  test('that has just come is asked at once, and a flood of its hellos is one question a second', () => {
    const { state } = online()
    expect(state.takeHelloQuestion(20, 1_000)).toBe(0)
    expect(state.takeHelloQuestion(30, 1_000)).toBe(990)
    expect(Array.from({ length: 100 }, () => state.takeHelloQuestion(40, 1_000))).toEqual(Array(100).fill(null))
    expect(state.takeHelloQuestion(1_520, 1_000)).toBe(500)
    expect(state.takeHelloQuestion(5_000, 1_000)).toBe(0)
  })

  test('is asked again after a minute of silence, and whenever its connection ended', () => {
    const { state } = online()
    expect(state.isAskDue(30_000, TIMES, 1_000)).toBe(false)
    expect(state.isAskDue(60_020, TIMES, 1_000)).toBe(true)
    state.closed(0)
    expect(state.isAskDue(2_000, TIMES, 1_000)).toBe(true)
  })

  test('is left alone while it answers, as long as either it or we have spoken within the minute', () => {
    const { state, said } = online()
    // It was heard 30 s ago, and asked long before.
    state.ackCame(said, at(40_000), null)
    expect(state.isAskDue(70_000, TIMES, 1_000)).toBe(false)
    expect(state.isAskDue(99_999, TIMES, 1_000)).toBe(false)
    expect(state.isAskDue(100_000, TIMES, 1_000)).toBe(true)
    // It was asked just now, and has not been heard for long.
    state.asked(newNonce(), 100_000)
    expect(state.isAskDue(159_999, TIMES, 1_000)).toBe(false)
    expect(state.isAskDue(160_000, TIMES, 1_000)).toBe(true)
  })

  test('that has just connected is asked at once, but not twice within the spacing', () => {
    const state = new LockPresenceState()
    expect(state.isAskDue(0, TIMES, 1_000)).toBe(true)
    state.asked(newNonce(), 5_000)
    state.connected()
    expect(state.isAskDue(5_999, TIMES, 1_000)).toBe(false)
    expect(state.isAskDue(6_000, TIMES, 1_000)).toBe(true)
  })

  test('is asked no more often than in a minute while nobody knows yet whether it missed a question', () => {
    const state = new LockPresenceState()
    state.asked(newNonce(), 1_000)
    expect(state.isAskDue(60_999, TIMES, 1_000)).toBe(false)
    expect(state.isAskDue(61_000, TIMES, 1_000)).toBe(true)
  })

  test('is waited for half a minute, so that however long it is silent its open questions stay few', () => {
    const state = new LockPresenceState()
    const [old, kept] = [newNonce(), newNonce()]
    state.asked(old, 0)
    state.asked(kept, 1_000)
    state.asked(newNonce(), 30_001)
    // Nobody waits for the old one any more: that it stayed unanswered is nothing new.
    expect(state.unanswered(old, 0)).toBe(false)
    expect(state.presence(true).offlineCause).toBe('being-asked')
    state.unanswered(kept, 0)
    expect(state.presence(true).offlineCause).toBe('no-answer')
  })

  test('is asked again with growing pauses after a question that stayed unanswered, though it keeps talking', () => {
    const { state, said } = online()
    const askedAtMs: number[] = []
    let nonce = newNonce()
    state.asked(nonce, 1_000)
    for (let ms = 1_000; ms < 200_000; ms += 1_000) {
      // A lock that repeats an ack every second is not silent.
      state.ackCame(said, at(ms), null)
      if (ms === (askedAtMs.at(-1) ?? 1_000) + TIMES.answerWaitMs) state.unanswered(nonce, 0)
      if (!state.isAskDue(ms, TIMES, 1_000)) continue
      askedAtMs.push(ms)
      nonce = newNonce()
      state.asked(nonce, ms)
    }
    expect(askedAtMs).toEqual([6_000, 16_000, 36_000, 76_000, 136_000, 196_000])
    expect(state.helloCame(nonce, said, at(200_000))).toBe(true)
    expect(state.isAskDue(210_000, TIMES, 1_000)).toBe(false)
  })
})
