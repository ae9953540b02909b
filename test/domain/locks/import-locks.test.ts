import { expect, test } from 'vitest'
import { checkDoors, type ImportedDoor } from '#domain/locks/import-locks.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { LOCK_ID_MAX } from '#protocol/ids.ts'
import { aLock } from '#test/http/support/route-samples.ts'
import { fakeProvisioning } from '#test/http/support/route-site.ts'
import { lockId } from '#test/store/support/store-site.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const pem = (name: string) => `-----BEGIN PUBLIC KEY-----\n${name}\n-----END PUBLIC KEY-----\n`
const locks = new LockRegistry(
  [
    aLock({ lockId: lockId(7), publicKeyPem: pem('seven') }),
    aLock({ lockId: lockId(8), publicKeyPem: pem('eight'), retiredAtMs: 1 }),
    aLock({ lockId: lockId(9), publicKeyPem: null }),
  ],
  new ManualClock(),
)
const door = (number: number | null, key: string | null = null): ImportedDoor => ({
  ...{
    lockId: number === null ? null : lockId(number),
    name: 'x',
    area: null,
    pulseS: 5,
    organization: null,
    owner: null,
  },
  publicKeyPem: key,
})
const check = (...doors: ImportedDoor[]) => checkDoors(doors, { locks, provisioning: fakeProvisioning }, async () => {})

test.each<[string, ImportedDoor[], object]>([
  ['a lock that is there', [door(7)], { at: 0, field: 'lockId', message: /there is a lock 7 already/ }],
  ['a retired one', [door(8)], { at: 0, field: 'lockId', message: /8 was retired/ }],
  ['a prepared one', [door(9)], { at: 0, field: 'lockId', message: /9 was prepared by a program/ }],
  ['a number twice', [door(1), door(1)], { at: 1, field: 'lockId', message: /stands twice/, like: 0 }],
  ['a key twice', [door(1, pem('a')), door(2, pem('a'))], { at: 1, field: 'publicKeyPem', like: 0 }],
  ['the key of another lock', [door(1, pem('seven'))], { at: 0, field: 'publicKeyPem', message: /a key of lock 7/ }],
  ['the key of a retired lock', [door(1, pem('eight'))], { at: 0, field: 'publicKeyPem', message: /a key of lock 8/ }],
  ['no key', [door(1, 'nonsense')], { at: 0, field: 'publicKeyPem', message: /no SPKI/ }],
])('a list with %s is told where and why', async (_what, doors, problem) => {
  const { problems } = await check(...doors)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatchObject(
    Object.fromEntries(
      Object.entries(problem).map(([name, is]) => [name, is instanceof RegExp ? expect.stringMatching(is) : is]),
    ),
  )
})

const numbersOf = async (...doors: ImportedDoor[]) => (await check(...doors)).doors.map((each) => Number(each.lockId))

test('a door without a number gets one above all that the site or the list has', async () => {
  expect(await numbersOf(door(null), door(20), door(null))).toEqual([21, 20, 22])
  expect(await numbersOf(door(null))).toEqual([10])
})

test('behind the very last number the free ones are given from the first on, and none that is taken', async () => {
  const others = [1, 2, 3, 4, 5].map((number) => door(number))
  expect((await numbersOf(door(LOCK_ID_MAX), ...others, door(null), door(null))).slice(-2)).toEqual([6, 10])
})
