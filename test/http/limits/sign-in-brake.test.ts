import { expect, test } from 'vitest'
import { SignInBrake } from '#http/limits/sign-in-brake.ts'
import { startConsoleSite } from '#test/http/support/console-site.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const PER_NETWORK = 20

test('a network that failed too often waits to the end of its minute, and no other does', async () => {
  const clock = new ManualClock()
  const brake = new SignInBrake(PER_NETWORK, () => clock.monotonicMs())
  for (let n = 0; n < PER_NETWORK; n += 1) {
    expect(brake.waitS('192.0.2.1')).toBeNull()
    brake.failed('192.0.2.1')
  }
  expect([brake.waitS('192.0.2.1'), brake.waitS('192.0.2.2')]).toEqual([60, null])
  await clock.passMs(59_999)
  expect(brake.waitS('192.0.2.1')).toBe(1)
  await clock.passMs(1)
  expect(brake.waitS('192.0.2.1')).toBeNull()
})

test('under a flood from many networks, each has one try and none is locked out', () => {
  const clock = new ManualClock()
  const brake = new SignInBrake(PER_NETWORK, () => clock.monotonicMs())
  for (let n = 0; n < 1_000; n += 1) brake.failed(`2001:db8:${n.toString(16)}::/64`)
  expect([brake.waitS('2001:db8:7::/64'), brake.waitS('192.0.2.1')]).toEqual([60, null])
})

test('while a network waits, a good code is not judged either: otherwise it could go on trying', async () => {
  const site = await startConsoleSite({
    limits: { failures: 3 },
    trustedProxies: ['127.0.0.1'],
    staffOverPlainHttp: true,
  })
  const { code } = await site.add('technician')
  const from = (address: string, tried: string) => site.trySignIn(tried, { 'x-forwarded-for': address })
  for (let n = 0; n < 3; n += 1) expect((await from('192.0.2.7', '0000-0000-0000-0000')).statusCode).toBe(401)
  const waiting = await from('192.0.2.7', code)
  expect([waiting.statusCode, waiting.headers['retry-after'], waiting.cookies]).toEqual([429, '60', []])
  expect((await from('192.0.2.8', code)).statusCode).toBe(303)
})
