import { describe, expect, test } from 'vitest'
import { commandLock, type OpenCommandRequest } from '#domain/openings/command-lock.ts'
import { keyRefOf } from '#protocol/ids.ts'
import { settled } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'
import { lockId, OpeningLab } from './opening-lab.ts'

/** What the lock says, what the guest is told, and what becomes of the opening and its use. */
test.each([
  [{ result: 'opened' }, 'opened', 'opened', { usedCount: 1, heldCount: 0 }],
  [{ result: 'refused', reason: 'bad-signature' }, 'lock-refused', 'refused', { usedCount: 0, heldCount: 0 }],
  [{ result: 'jammed', reason: 'bolt-stuck' }, 'lock-jammed', 'jammed', { usedCount: 0, heldCount: 0 }],
] as const)('a signed ack of %o is answered %s, and its use is counted so', async (ack, answer, state, counts) => {
  const lab = new OpeningLab({ maxUses: 3 })
  lab.link.next.push(ack)
  const tap = lab.tap()
  await settled()
  expect(tap.outcome?.kind).toBe(answer)
  expect(lab.openings.map((opening) => opening.state)).toEqual([state])
  expect(lab.store.rows.keys.get(lab.key.uuid)).toMatchObject(counts)
  expect(lab.link.receipts).toHaveLength(1)
})

test('a command that could not be sent gives the use back', async () => {
  const lab = new OpeningLab()
  lab.link.next.push('not-sent')
  const tap = lab.tap()
  await settled()
  expect(tap.outcome).toMatchObject({ kind: 'lock-offline' })
  expect(lab.openings.map(({ state }) => state)).toEqual(['not-sent'])
  expect(lab.heldCount).toBe(0)
})

test('a lock that is silent is not known to be shut: the use stays held, and the answer names the opening', async () => {
  const lab = new OpeningLab()
  lab.link.next.push('silent')
  const tap = lab.tap()
  await lab.passMs(10_000)
  const opening = must(lab.openings[0])
  expect(tap.outcome).toEqual({ kind: 'unconfirmed', openingId: opening.openingId, lockId })
  expect(opening.state).toBe('unconfirmed')
  expect(lab.heldCount).toBe(1)
})

test('the use is held in the store before the lock hears of it', async () => {
  const lab = new OpeningLab()
  const disk = lab.store.hold('reserve')
  lab.tap()
  await settled()
  expect(lab.link.sent).toEqual([])
  disk.release()
  await settled()
  expect(lab.link.sent).toHaveLength(1)
})

describe('a command that the lock refuses only because it knows better what is fresh', () => {
  test.each(['counter', 'other-boot', 'deadline-passed'])('is signed anew once: %s', async (reason) => {
    const lab = new OpeningLab()
    lab.link.next.push({ result: 'refused', reason })
    const tap = lab.tap()
    await settled()
    expect(tap.outcome?.kind).toBe('opened')
    const [first, second] = lab.link.sent
    expect(second?.openingId).toBe(first?.openingId)
    expect(second?.commandId).not.toBe(first?.commandId)
  })

  test('is not signed a third time: the guest is told that the lock refused', async () => {
    const lab = new OpeningLab()
    lab.link.next.push({ result: 'refused', reason: 'counter' }, { result: 'refused', reason: 'counter' })
    const tap = lab.tap()
    await settled()
    expect(tap.outcome?.kind).toBe('lock-refused')
    expect(lab.link.sent).toHaveLength(2)
    expect(lab.heldCount).toBe(0)
  })
})

describe('one lock does one thing at a time', () => {
  test('a second opening waits for the first, and then has its own command', async () => {
    const lab = new OpeningLab({ maxUses: 5 })
    const bolt = Promise.withResolvers<void>()
    lab.link.next.push({ hold: bolt.promise })
    lab.tap()
    await settled()
    const second = lab.openWithoutKey()
    await lab.passMs(1_999)
    expect(lab.link.sent).toHaveLength(1)
    bolt.resolve()
    await settled()
    expect(second.outcome?.kind).toBe('opened')
    const counters = lab.link.sent.map(({ counter }) => counter)
    expect(counters).toHaveLength(2)
    expect(must(counters[1])).toBeGreaterThan(must(counters[0]))
  })

  test('and whoever waits for it longer than 2 s is told that the lock is busy, and may come back', async () => {
    const lab = new OpeningLab({ maxUses: 5 })
    const bolt = Promise.withResolvers<void>()
    lab.link.next.push({ hold: bolt.promise })
    lab.tap()
    await settled()
    const second = lab.openWithoutKey()
    await lab.passMs(2_000)
    expect(second.outcome).toEqual({ kind: 'lock-busy' })
    bolt.resolve()
    await settled()
    expect(lab.link.sent).toHaveLength(1)
  })
})

test('an opening that breaks in the middle of its turn gives the turn to the next', async () => {
  const lab = new OpeningLab({ maxUses: 5 })
  const sign = lab.link.signOpen.bind(lab.link)
  lab.link.signOpen = async () => {
    throw new TypeError('broken')
  }
  const { clock, key, deps } = lab
  const request: OpenCommandRequest = {
    ...{ lockId, tempKeyUuid: key.uuid, keyRef: keyRefOf(key.uuid), idempotency: null, principal: { kind: 'guest' } },
    ...{ arrivedMonotonicMs: clock.monotonicMs(), caller: { isThere: () => true } },
  }
  await expect(commandLock(request, deps)).rejects.toThrow('broken')
  lab.link.signOpen = sign
  expect((await commandLock(request, deps)).kind).toBe('opened')
})

test('a lock whose boot has no counter left is told as offline, since nothing could command it', async () => {
  const lab = new OpeningLab()
  const fresh = must(lab.link.freshness())
  lab.link.freshness = () => ({ ...fresh, lastCounter: Number.MAX_SAFE_INTEGER })
  const tap = lab.tap()
  await settled()
  expect(tap.outcome).toEqual({ kind: 'lock-offline' })
  expect(lab.link.sent).toEqual([])
})
