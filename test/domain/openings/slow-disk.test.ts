import { describe, expect, test } from 'vitest'
import { settled } from '#test/support/manual-clock.ts'
import { OpeningLab } from './opening-lab.ts'

const stateOf = (lab: OpeningLab) => lab.openings.map(({ state }) => state)

describe('a reserve that the disk keeps', () => {
  test('is answered 503 once nothing can be sent any more, and nothing ever is, though it is stored later', async () => {
    const lab = new OpeningLab()
    const disk = lab.store.hold('reserve')
    const tapped = lab.tap()
    await lab.passMs(6_999)
    expect(tapped.outcome).toBeNull()
    await lab.passMs(1)
    expect(tapped.outcome).toEqual({ kind: 'store-failed' })
    disk.release()
    await lab.passMs(20_000)
    expect(lab.link.sent).toEqual([])
    expect(stateOf(lab)).toEqual(['not-sent'])
    expect(lab.heldCount).toBe(0)
  })

  test('keeps no other tap from its turn, and is withdrawn before that one holds the use', async () => {
    const lab = new OpeningLab()
    const disk = lab.store.hold('reserve')
    lab.tap()
    await lab.passMs(7_000)
    const next = lab.tap()
    await settled()
    expect(lab.store.asked).toEqual(['reserve', 'withdraw', 'reserve'])
    disk.release()
    await settled()
    expect(next.outcome?.kind).toBe('opened')
    expect(stateOf(lab)).toEqual(['not-sent', 'opened'])
  })

  test('is withdrawn when its writer died and nobody knows whether it is stored', async () => {
    const lab = new OpeningLab()
    const disk = lab.store.hold('reserve')
    const tapped = lab.tap()
    await settled()
    disk.fail(true)
    await settled()
    expect(tapped.outcome).toEqual({ kind: 'store-failed' })
    expect(lab.store.asked).toEqual(['reserve', 'withdraw'])
    expect(lab.link.sent).toEqual([])
  })

  test('sends nothing when it failed, and leaves nothing to withdraw', async () => {
    const lab = new OpeningLab()
    const disk = lab.store.hold('reserve')
    const tapped = lab.tap()
    await settled()
    disk.fail()
    await settled()
    expect(tapped.outcome).toEqual({ kind: 'store-failed' })
    expect(lab.store.asked).toEqual(['reserve'])
    expect(lab.link.sent).toEqual([])
  })
})

test('a command signed anew that the disk keeps is never sent, and its use is free in the end', async () => {
  const lab = new OpeningLab()
  lab.link.next.push({ result: 'refused', reason: 'counter' })
  const disk = lab.store.hold('resign')
  const tapped = lab.tap()
  await lab.passMs(7_000)
  const [opening] = lab.openings
  expect(tapped.outcome).toEqual({ kind: 'store-failed', openingId: opening?.openingId })
  expect(lab.link.receipts).toEqual([])
  disk.release()
  await settled()
  expect(lab.link.sent).toHaveLength(1)
  expect(lab.link.receipts).toHaveLength(1)
  expect(stateOf(lab)).toEqual(['not-sent'])
  expect(lab.heldCount).toBe(0)
})

describe('a lock’s word that the disk keeps', () => {
  test('is answered 504 with its opening in time; the truth is announced, and the receipt given, once it is stored', async () => {
    const lab = new OpeningLab()
    const disk = lab.store.hold('settle')
    const tapped = lab.tap()
    await settled()
    expect(lab.link.sent).toHaveLength(1)
    const [opening] = lab.openings
    const openingId = opening?.openingId
    await lab.passMs(9_999)
    expect(tapped.outcome).toBeNull()
    await lab.passMs(1)
    expect(tapped.outcome).toMatchObject({ kind: 'unconfirmed', openingId })
    expect(lab.link.receipts).toEqual([])
    expect(lab.heldCount).toBe(1)

    const told: string[] = []
    if (openingId !== undefined) lab.watch.listen(openingId, ({ state }) => told.push(state))
    await lab.passMs(10_000)
    expect(lab.link.receipts).toEqual([])
    disk.release()
    await settled()
    expect(told).toEqual(['opened'])
    expect(lab.link.receipts).toHaveLength(1)
    expect(lab.store.rows.keys.get(lab.key.uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
  })

  test('that is stored late is the same tap for whoever taps right after it', async () => {
    const lab = new OpeningLab({ maxUses: 5 })
    const disk = lab.store.hold('settle')
    lab.tap()
    await lab.passMs(10_000)
    disk.release()
    await settled()
    const again = lab.tap()
    await settled()
    expect(again.outcome).toMatchObject({ kind: 'opened', opening: { openingId: lab.openings[0]?.openingId } })
    expect(lab.link.sent).toHaveLength(1)
  })

  test('gets no receipt when it could not be stored, and the guest is told that it is not known', async () => {
    const lab = new OpeningLab()
    const disk = lab.store.hold('settle')
    const tapped = lab.tap()
    await settled()
    disk.fail()
    await lab.passMs(10_000)
    expect(tapped.outcome).toMatchObject({ kind: 'unconfirmed' })
    expect(lab.link.receipts).toEqual([])
    expect(stateOf(lab)).toEqual(['reserved'])
  })
})

test.each(['silent', 'not-sent'] as const)(
  'what became of a command that was %s is told in time, whatever the disk does',
  async (whim) => {
    const lab = new OpeningLab()
    lab.link.whim = whim
    const disk = lab.store.hold(whim === 'silent' ? 'markUnconfirmed' : 'markNotSent')
    const tapped = lab.tap()
    await lab.passMs(10_000)
    const [opening] = lab.openings
    const kind = whim === 'silent' ? 'unconfirmed' : 'lock-offline'
    expect(tapped.outcome).toMatchObject({ kind, openingId: opening?.openingId })
    disk.release()
    await settled()
    expect(stateOf(lab)).toEqual([whim === 'silent' ? 'unconfirmed' : 'not-sent'])
  },
)

test('a command that was never handed over is told as such though the disk can not take it', async () => {
  const lab = new OpeningLab()
  lab.link.whim = 'not-sent'
  const disk = lab.store.hold('markNotSent')
  const tapped = lab.tap()
  await settled()
  disk.fail()
  await settled()
  expect(tapped.outcome).toMatchObject({ kind: 'lock-offline' })
})

test('a denial is told in time, whatever the disk does', async () => {
  const lab = new OpeningLab({ validUntilMs: 1 })
  const disk = lab.store.hold('recordDenial')
  const tapped = lab.tap()
  await lab.passMs(10_000)
  expect(tapped.outcome).toEqual({ kind: 'key-expired' })
  disk.release()
})

test('a tap that joined is told in time; its repeat is known although the disk has not taken it', async () => {
  const lab = new OpeningLab({ maxUses: 5 })
  lab.tap()
  await settled()
  const disk = lab.store.hold('recordJoin')
  const joined = lab.tap('mine')
  await lab.passMs(10_000)
  expect(joined.outcome).toMatchObject({ kind: 'opened' })
  const repeat = lab.tap('mine')
  await settled()
  expect(repeat).toMatchObject({ outcome: { kind: 'opened' }, replayed: true })
  disk.release()
  await settled()
  expect(lab.deps.remembered.size).toBe(0)
  expect(lab.link.sent).toHaveLength(1)
})
