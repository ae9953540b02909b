import { expect, test } from 'vitest'
import type { Principal } from '#domain/access/principal.ts'
import type { Store } from '#domain/ports.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import { lockId, newLock, T0, userId } from '#test/store/support/store-site.ts'
import { apiKeyId, org } from '#test/support/ids.ts'

const owner = { kind: 'owner' } as const
const program = (name: string, digits: string): Principal => ({
  ...{
    kind: 'service',
    organization: org(name),
    apiKeyId: apiKeyId(Buffer.from(digits).toString('hex').padStart(16, '0').slice(-16)),
  },
})
const limits = { ofOne: 2, inAll: 4 }
const unkeyed = { publicKeyPem: null, mqttPasswordHash: null, organization: org('acme') }
const prepare = async (store: Store, n: number, by: Principal, most = limits) =>
  (await store.createLock({ lock: newLock(n, unkeyed), by, atMs: T0, limits: most })).kind

const REFUSED = { kind: 'too-many-prepared' }

test('an organization prepares no more locks than its share, whichever of its keys asks and however many at once', async () => {
  const { store } = await storeSite()
  const asked = [1, 2, 3, 4, 5].map((n) =>
    store.createLock({ lock: newLock(n, unkeyed), by: program('acme', `k${n}`), atMs: T0, limits }),
  )
  const kinds = (await Promise.all(asked)).map(({ kind }) => kind)
  expect(kinds).toEqual(['created', 'created', ...Array(3).fill('too-many-prepared')])
  expect((await store.listLocks()).map(({ lockId: id }) => id)).toEqual([1, 2])
  expect(await store.createLock({ lock: newLock(3, unkeyed), by: program('acme', 'k1'), atMs: T0, limits })).toEqual({
    ...REFUSED,
    of: 'caller',
    limit: 2,
  })
  // What is there already is as it was.
  expect(await prepare(store, 2, program('acme', 'k1'))).toBe('lock-exists')
})

test('all programs together prepare no more than the site has room for, users too', async () => {
  const { store } = await storeSite()
  const ada = { kind: 'user', userId: userId('ada') } as const
  const bob = { kind: 'user', userId: userId('bob') } as const
  for (const n of [1, 2]) expect(await prepare(store, n, program('acme', 'k'))).toBe('created')
  for (const n of [3, 4]) expect(await prepare(store, n, ada)).toBe('created')
  expect(await store.createLock({ lock: newLock(5, unkeyed), by: bob, atMs: T0, limits })).toEqual({
    ...REFUSED,
    of: 'site',
    limit: 4,
  })
  expect(await prepare(store, 5, ada)).toBe('too-many-prepared')
})

test('a prepared lock counts for who prepared it until it has its key, whoever it was given to', async () => {
  const { store } = await storeSite()
  const acme = program('acme', 'k')
  for (const n of [1, 2]) expect(await prepare(store, n, acme)).toBe('created')
  await store.updateLock({
    lockId: lockId(1),
    changes: { organization: org('other') },
    by: acme,
    atMs: T0,
    how: { as: 'OrganizationSet' },
  })
  expect(await prepare(store, 3, acme)).toBe('too-many-prepared')
  expect(await prepare(store, 3, program('other', 'k'))).toBe('created')
  const key = { publicKeyPem: 'PEM', keyMadeBy: 'lock', mqttPasswordHash: 'hash' } as const
  await store.giveLockKey({ lockId: lockId(2), key, by: owner, atMs: T0, ...{ takeOver: true } })
  expect(await prepare(store, 4, acme)).toBe('created')
  expect(await prepare(store, 5, acme)).toBe('too-many-prepared')
})

test('what the owner creates or adds is never counted, and a store that holds more than the limit stays good', async () => {
  const { store } = await storeSite()
  const acme = program('acme', 'k')
  for (const n of [1, 2, 3, 4, 5]) expect(await prepare(store, n, owner, { ofOne: 0, inAll: 0 })).toBe('created')
  await store.createLock({ lock: newLock(6), by: owner, atMs: T0 })
  for (const n of [7, 8]) expect(await prepare(store, n, acme)).toBe('created')
  const less = { ofOne: 1, inAll: 1 }
  expect(await prepare(store, 9, acme, less)).toBe('too-many-prepared')
  expect(await prepare(store, 9, acme, { ofOne: 0, inAll: 9 })).toBe('too-many-prepared')
  expect(await store.listLocks()).toHaveLength(8)
})
