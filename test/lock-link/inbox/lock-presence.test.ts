import { describe, expect, test } from 'vitest'
import { LockPresenceState } from '#lock-link/inbox/lock-presence.ts'
import { newBootId, newNonce } from '#protocol/ids.ts'
import { at, online, word } from './presence-lab.ts'

describe('a lock’s presence', () => {
  test('is online only by the answer to a question of ours', () => {
    const state = new LockPresenceState()
    expect(state.helloCame(null, word(), at(0))).toBe(false)
    expect(state.helloCame(newNonce(), word(), at(0))).toBe(false)
    expect(state.online).toBe(false)
    expect(online().state.online).toBe(true)
  })

  test('forgets its questions with the connection: an answer that was under way counts for nothing', () => {
    const state = new LockPresenceState()
    const nonce = newNonce()
    state.asked(nonce, 0)
    state.closed(0)
    expect(state.helloCame(nonce, word(), at(10))).toBe(false)
    expect(state.online).toBe(false)
  })

  test('does not take a hello that was held back for longer than half a minute as an answer', () => {
    const state = new LockPresenceState()
    const nonce = newNonce()
    state.asked(nonce, 0)
    expect(state.helloCame(nonce, word(), at(600_000))).toBe(false)
  })

  test('goes offline when a question stays unanswered, and comes back by a late answer of the same connection', () => {
    const { state, said } = online()
    const nonce = newNonce()
    state.asked(nonce, 1_000)
    expect(state.unanswered(nonce, 0)).toBe(true)
    expect(state.freshness(6_000)).toBeNull()
    expect(state.helloCame(nonce, said, at(7_000))).toBe(true)
    expect(state.online).toBe(true)
  })

  test('bounds the uptime from below by 95 % of the time that passed', () => {
    const { state } = online()
    expect(state.freshness(10)?.uptimeS).toBeCloseTo(100, 6)
    expect(state.freshness(100_010)?.uptimeS).toBeCloseTo(195, 6)
  })

  test('lets a replayed hello of this boot lower nothing', () => {
    const { state, said } = online()
    state.helloCame(null, { ...said, uptimeS: 50, lastCounter: 1 }, at(60_010))
    expect(state.freshness(60_010)).toMatchObject({ lastCounter: 7 })
    expect(state.freshness(60_010)?.uptimeS).toBeCloseTo(157, 6)
  })

  test('lets an unasked hello or an unbound ack of another boot touch nothing', () => {
    const { state, said } = online()
    state.helloCame(null, word({ uptimeS: 9_999 }), at(20))
    state.ackCame(word({ uptimeS: 9_999, lastCounter: 99 }), at(20), null)
    expect(state.freshness(20)).toMatchObject({ bootId: said.bootId, lastCounter: 7 })
  })

  test('takes the new boot from the refusal of a command in flight, which is as fresh as an answer', () => {
    const { state, said } = online()
    const rebooted = word({ uptimeS: 3, lastCounter: 0 })
    state.ackCame(rebooted, at(50), { bootId: said.bootId, sentMonotonicMs: 40 })
    expect(state.freshness(50)).toMatchObject({ bootId: rebooted.bootId, lastCounter: 0 })
  })

  test('is not led back to an earlier boot by an ack that the lock had stored before it rebooted', () => {
    const { state, said } = online()
    const nonce = newNonce()
    const rebooted = word({ uptimeS: 3, lastCounter: 0 })
    state.asked(nonce, 40)
    state.helloCame(nonce, rebooted, at(50))
    state.ackCame(said, at(60), { bootId: said.bootId, sentMonotonicMs: 30 })
    expect(state.freshness(60)).toMatchObject({ bootId: rebooted.bootId, lastCounter: 0 })
  })

  test('is believed for exactly half a minute after it was asked', () => {
    for (const [arrivedMs, isAnswer] of [
      [30_000, true],
      [30_001, false],
    ] as const) {
      const state = new LockPresenceState()
      const nonce = newNonce()
      state.asked(nonce, 0)
      expect(state.helloCame(nonce, word(), at(arrivedMs))).toBe(isAnswer)
    }
  })

  test('follows a crystal that is slower than allowed for, by the answer to a fresh question', () => {
    const { state, said } = online()
    const nonce = newNonce()
    // 7 % slow: after a minute our bound is above the lock's true uptime, and deadlines would be too far for it.
    state.asked(nonce, 60_000)
    state.helloCame(nonce, { ...said, uptimeS: 155 }, at(60_010))
    expect(state.freshness(60_010)?.uptimeS).toBeCloseTo(155, 6)
  })

  test('is not online while its hello does not list open, and says why', () => {
    const { state } = online({ ops: ['hello', 'outcome'] })
    expect(state.presence(true)).toMatchObject({ online: false, answers: true, offlineCause: 'cannot-open' })
    expect(state.freshness(20)).toBeNull()
    expect([state.can('open'), state.can('outcome')]).toEqual([false, true])
  })

  test('still knows after an ack what the lock can do, and forgets that with its boot', () => {
    const { state, said } = online({ ops: ['open', 'hello'] })
    const inFlight = { bootId: said.bootId, sentMonotonicMs: 20 }
    state.ackCame(said, at(30), inFlight)
    expect([state.can('open'), state.can('outcome')]).toEqual([true, false])
    state.ackCame(word({ bootId: newBootId() }), at(40), inFlight)
    expect(state.can('outcome')).toBe(true)
  })

  test('takes a hello to an older question for nothing once a newer one was answered', () => {
    const state = new LockPresenceState()
    const [older, newer] = [newNonce(), newNonce()]
    const said = word()
    state.asked(older, 0)
    state.asked(newer, 1_000)
    expect(state.helloCame(newer, said, at(1_010))).toBe(true)
    // An earlier boot signed it, and it was under way for long.
    expect(state.helloCame(older, word({ lastCounter: 99 }), at(1_020))).toBe(false)
    expect(state.freshness(1_020)).toMatchObject({ bootId: said.bootId, lastCounter: 7 })
  })

  test('still owes the answer to a newer question when an older one was answered', () => {
    const state = new LockPresenceState()
    const [older, newer] = [newNonce(), newNonce()]
    state.asked(older, 0)
    state.asked(newer, 1_000)
    expect(state.helloCame(older, word(), at(1_010))).toBe(true)
    expect(state.unanswered(newer, 0)).toBe(true)
    expect(state.online).toBe(false)
  })

  test('answers a question once: the same hello again brings no lock back', () => {
    const state = new LockPresenceState()
    const [nonce, next] = [newNonce(), newNonce()]
    const said = word()
    state.asked(nonce, 0)
    expect(state.helloCame(nonce, said, at(10))).toBe(true)
    state.asked(next, 20)
    state.unanswered(next, 0)
    expect(state.helloCame(nonce, said, at(30))).toBe(false)
    expect(state.online).toBe(false)
  })

  test('is told by every word of its present boot: its counter, its door and its battery', () => {
    const { state, said } = online()
    state.helloCame(null, { ...said, lastCounter: 8, door: 'open', batteryPercent: 40 }, at(20))
    expect(state.freshness(20)?.lastCounter).toBe(8)
    expect(state.presence(true)).toMatchObject({ door: 'open', batteryPercent: 40, lastSeenMs: at(20).nowMs })
    state.ackCame({ ...said, door: 'closed', batteryPercent: 39 }, at(30), null)
    expect(state.presence(true)).toMatchObject({ door: 'closed', batteryPercent: 39, lastSeenMs: at(30).nowMs })
  })

  test('shows the newest of its words, in whatever order they were verified', () => {
    const { state, said } = online()
    state.ackCame({ ...said, door: 'open' }, at(50), null)
    state.ackCame({ ...said, door: 'closed' }, at(40), null)
    expect(state.presence(true)).toMatchObject({ door: 'open', lastSeenMs: at(50).nowMs })
    // Of two that came in one moment the one that was verified last.
    state.ackCame({ ...said, door: 'closed' }, at(50), null)
    expect(state.presence(true).door).toBe('closed')
  })

  test('never goes back to a counter that the lock has left behind: it has answered out of turn', () => {
    const { state, said } = online({ lastCounter: 9 })
    const nonce = newNonce()
    state.asked(nonce, 20)
    state.helloCame(nonce, { ...said, lastCounter: 3 }, at(30))
    expect(state.freshness(30)?.lastCounter).toBe(9)
  })

  test('says why nothing can be opened', () => {
    const state = new LockPresenceState()
    expect(state.presence(false).offlineCause).toBe('not-connected')
    const nonce = newNonce()
    state.asked(nonce, 0)
    expect(state.presence(true).offlineCause).toBe('being-asked')
    state.unanswered(nonce, 0)
    expect(state.presence(true).offlineCause).toBe('no-answer')
    state.helloCame(nonce, word(), at(6_000))
    expect(state.presence(true).offlineCause).toBeNull()
  })
})

describe('time that stood still here', () => {
  const later = (uptimeS: number, monotonicMs: number, state: LockPresenceState, bootId = newBootId()) =>
    state.showsSuspension(word({ bootId, uptimeS }), at(monotonicMs))

  test('shows in a lock that counted more seconds than can have passed', () => {
    const { state, said } = online()
    expect(later(131, 10_000, state, said.bootId)).toBe(true)
    expect(later(9_999, 10_000, state)).toBe(false)
  })

  test('does not show in a crystal that is 5 % fast, a slow network, or a rounded second', () => {
    const state = new LockPresenceState()
    const nonce = newNonce()
    const said = word({ uptimeS: 100 })
    state.asked(nonce, 0)
    // Its hello was under way for eight seconds.
    state.helloCame(nonce, said, at(8_000))
    expect(later(Math.floor(100.99 + 1.05 * 68), 68_000, state, said.bootId)).toBe(false)
    expect(later(Math.floor(100.99 + 1.05 * 68) + 3, 68_000, state, said.bootId)).toBe(true)
  })
})
