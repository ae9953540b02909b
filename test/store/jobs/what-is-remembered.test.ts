import { expect, test } from 'vitest'
import { StoreFault } from '#domain/store-fault.ts'
import { parseBootId } from '#protocol/ids.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import {
  countersOf,
  inconsistencies,
  keyUuid,
  lockId,
  makeDoor,
  newAck,
  newReserve,
  reserved,
  T0,
  valid,
} from '#test/store/support/store-site.ts'

const guest = { kind: 'guest' } as const

test('never stores the same counter of one boot twice', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const { command } = await reserved(store, 1)
  await store.settle({ ack: newAck(command, 'opened'), atMs: T0 })
  const asked = newReserve(lockId(1), keyUuid(1))
  await expect(store.reserve({ ...asked, command: { ...asked.command, counter: command.counter } })).rejects.toThrow(
    StoreFault,
  )
  expect(await countersOf(store, 1)).toEqual({ used: 1, held: 0 })
})

test('a boot that comes back goes on above its last counter, however many boots were between', async () => {
  const { store, dataDir } = await storeSite()
  await makeDoor(store, 1)
  const open = async (boot: string, counter: number) => {
    const asked = newReserve(lockId(1), keyUuid(1))
    const command = { ...asked.command, bootId: valid(parseBootId(boot.repeat(11))), counter }
    const [result] = await Promise.allSettled([store.reserve({ ...asked, command })])
    return result?.status
  }
  const steps = [
    ['A', 5, 'fulfilled'],
    ['A', 4, 'rejected'],
    ['A', 5, 'rejected'],
    ['B', 5, 'fulfilled'],
    ['A', 5, 'rejected'],
    ['C', 1, 'fulfilled'],
    ['A', 6, 'fulfilled'],
    ['B', 5, 'rejected'],
    ['C', 1, 'rejected'],
    ['B', 6, 'fulfilled'],
    ['A', 6, 'rejected'],
  ] as const
  for (const [boot, counter, status] of steps)
    expect([boot, counter, await open(boot, counter)]).toEqual([boot, counter, status])
  expect(inconsistencies(dataDir)).toEqual([])
})

test('remembers an Idempotency-Key for 24 h, and a later opening in the place of one that sent nothing', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const idempotency = { scopeHash: 'scope', requestHash: 'body' }
  const first = await reserved(store, 1, { idempotency })
  await store.markNotSent({ openingId: first.opening.openingId, reason: 'lock-offline', atMs: T0 })
  const second = await reserved(store, 1, { idempotency })
  expect((await store.findIdempotent('scope', T0))?.opening.openingId).toBe(second.opening.openingId)
  await store.recordJoin({
    openingId: second.opening.openingId,
    principal: guest,
    isEvent: true,
    idempotency: { scopeHash: 'joined', requestHash: 'body' },
    atMs: T0 + 1,
  })
  const day = 24 * 3_600_000
  expect(valid(await store.findIdempotent('joined', T0 + day)).requestHash).toBe('body')
  expect(await store.findIdempotent('joined', T0 + 1 + day)).toBeNull()
  await store.keepTime({ atMs: T0 + day })
  expect(await store.findIdempotent('scope', T0)).toBeNull()
  expect(await store.findIdempotent('joined', T0)).not.toBeNull()
})

test('openings that wait for a person stand in the way of no question: only what is unanswered is asked', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  for (let n = 0; n < 30; n += 1) {
    const { command } = await reserved(store, 1)
    await store.settle({ ack: newAck(command, 'reset'), atMs: T0 })
  }
  const { command, opening } = await reserved(store, 1)
  await store.markUnconfirmed({ openingId: opening.openingId, reason: 'silent', atMs: T0 })
  const asked = await store.unansweredCommandsOf(lockId(1), null, 16)
  expect(asked.commands.map(({ commandId }) => commandId)).toEqual([command.commandId])
  expect(await store.locksWithUnconfirmed('all')).toEqual([lockId(1)])
})

test('forgets every request that is older than a day, however many there are', async () => {
  const { store } = await storeSite()
  await makeDoor(store, 1)
  const { command, opening } = await reserved(store, 1)
  await store.settle({ ack: newAck(command, 'opened'), atMs: T0 })
  const { openingId } = opening
  const scopes = Array.from({ length: 2_500 }, (_, n) => `scope-${n}`)
  const join = { openingId, principal: guest, isEvent: true, atMs: T0 }
  await Promise.all(
    scopes.map((scopeHash) => store.recordJoin({ ...join, idempotency: { scopeHash, requestHash: 'r' } })),
  )
  expect(await store.findIdempotent('scope-2499', T0)).not.toBeNull()
  await store.keepTime({ atMs: T0 + 24 * 3_600_000 })
  // As if it were asked then: what is still stored would be found.
  const found = await Promise.all(scopes.map((scopeHash) => store.findIdempotent(scopeHash, T0)))
  expect(found.filter((one) => one !== null)).toEqual([])
})
