import { describe, expect, test } from 'vitest'
import { settled } from '#test/support/manual-clock.ts'
import { OpeningLab } from './opening-lab.ts'

const stateOf = (lab: OpeningLab) => lab.openings.map(({ state }) => state)

describe('a deadline that passed while the loop was blocked', () => {
  test('after the reserve: nothing is sent and the use is free', async () => {
    const lab = new OpeningLab()
    lab.store.onStored = (name) => {
      if (name === 'reserve') lab.clock.blockedMs = 7_001
    }
    const tapped = lab.tap()
    await settled()
    expect(tapped.outcome).toMatchObject({ kind: 'overloaded' })
    expect(lab.link.sent).toEqual([])
    expect(stateOf(lab)).toEqual(['not-sent'])
    expect(lab.heldCount).toBe(0)
  })

  test('after a command was signed anew: that one is not sent', async () => {
    const lab = new OpeningLab()
    lab.link.next.push({ result: 'refused', reason: 'counter' })
    lab.store.onStored = (name) => {
      if (name === 'resign') lab.clock.blockedMs = 7_001
    }
    const tapped = lab.tap()
    await settled()
    expect(lab.store.asked).toEqual(['reserve', 'resign', 'markNotSent'])
    expect(tapped.outcome).toMatchObject({ kind: 'overloaded' })
    expect(lab.link.sent).toHaveLength(1)
    expect(stateOf(lab)).toEqual(['not-sent'])
  })
})

test('whoever waits for the lock when the gateway is told to end holds nothing and sends nothing', async () => {
  const lab = new OpeningLab({ maxUses: 5 })
  const { promise, resolve: answer } = Promise.withResolvers<void>()
  lab.link.next.push({ hold: promise })
  const running = lab.tap()
  await settled()
  const waiting = lab.openWithoutKey()
  await settled()
  lab.shuttingDown = true
  answer()
  await settled()
  expect(running.outcome).toMatchObject({ kind: 'opened' })
  expect(waiting.outcome).toEqual({ kind: 'shutting-down' })
  expect(lab.store.asked.filter((name) => name === 'reserve')).toHaveLength(1)
})

test('no door opens without a key by a clock that can not be trusted', async () => {
  const lab = new OpeningLab()
  lab.lastStoredMs = lab.clock.nowMs() + 86_400_000
  const asked = lab.openWithoutKey()
  await settled()
  expect(asked.outcome).toEqual({ kind: 'clock-untrusted' })
  expect(lab.store.asked).toEqual([])
})

test('where the answer is due at the deadline itself, the store is given a moment to have what is answered, and no more', async () => {
  const lab = new OpeningLab()
  lab.link.whim = 'silent'
  const send = lab.link.send.bind(lab.link)
  lab.link.send = async (command) => {
    const answer = await send(command)
    lab.clock.blockedMs = 10_000
    return answer
  }
  const disk = lab.store.hold('markUnconfirmed')
  const tapped = lab.tap()
  await lab.passMs(249)
  expect(tapped.outcome).toBeNull()
  await lab.passMs(1)
  expect(tapped.outcome?.kind).toBe('unconfirmed')
  expect(stateOf(lab)).toEqual(['reserved'])
  disk.release()
  await settled()
  expect(stateOf(lab)).toEqual(['unconfirmed'])
})

test('a lock is waited for until the tap’s own deadline, whatever the queue took of it', async () => {
  const lab = new OpeningLab()
  lab.tap(null, 3_000)
  await settled()
  expect(lab.link.waitedUntilMs).toEqual([lab.clock.monotonicMs() + 5_000])
})

test('a tap that is old already asks about the one before for half of what it has left, and still opens', async () => {
  const lab = new OpeningLab({ maxUses: 5 })
  lab.link.whim = 'silent'
  lab.tap()
  await settled()
  await lab.passMs(10_000)
  expect(stateOf(lab)).toEqual(['unconfirmed'])
  lab.link.whim = { result: 'opened' }
  lab.link.askOutcome = async () => true
  const again = lab.tap(null, 6_000)
  await lab.passMs(499)
  expect(again.outcome).toBeNull()
  await lab.passMs(1)
  expect(again.outcome?.kind).toBe('opened')
})

test('a running opening is known as such, so that nothing else settles it, and no longer once it is answered', async () => {
  const lab = new OpeningLab()
  const disk = Promise.withResolvers<void>()
  lab.link.next.push({ hold: disk.promise })
  const tapped = lab.tap()
  await settled()
  const running = lab.openings.map(({ openingId }) => openingId)
  expect([...lab.deps.inProgress]).toEqual(running)
  expect(running).toHaveLength(1)
  disk.resolve()
  await settled()
  expect(tapped.outcome?.kind).toBe('opened')
  expect([...lab.deps.inProgress]).toEqual([])
})

test('a lock that says its counter is at the end is sent none that it can’t read', async () => {
  const lab = new OpeningLab()
  const { freshness } = lab.link
  lab.link.freshness = () => {
    const known = freshness.call(lab.link)
    return known === null ? null : { ...known, lastCounter: Number.MAX_SAFE_INTEGER }
  }
  const tapped = lab.tap()
  await settled()
  expect(tapped.outcome).toEqual({ kind: 'lock-offline' })
  expect([lab.link.sent, lab.openings]).toEqual([[], []])
  expect(lab.logged).toContain('the lock leaves no counter to command it')
})
