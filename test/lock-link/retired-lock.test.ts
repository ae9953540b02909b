import { expect, test } from 'vitest'
import type { LockId } from '#protocol/ids.ts'
import { must } from '#test/support/must.ts'
import { until } from '#test/support/until.ts'
import { newCommand, one, startLink, two } from './link-lab.ts'

test('a lock that is retired is handed no command to open, also none that was signed before, though it is there and heard', async () => {
  const { link, hello, retire, delivered } = await startLink()
  await hello(one)
  const command = await newCommand(link)
  await retire(one)
  expect(await hello(one)).toBe('ok')
  expect(link.freshness(one)).toBeNull()
  expect(await link.send(command, 8_000)).toEqual({ kind: 'not-sent' })
  expect(delivered).not.toContain(command.message)
})

test('a lock that is retired is not asked for signs of life any more, however long it is silent, while others are', async () => {
  const { retire, delivered, clock } = await startLink()
  await retire(one)
  const askedOf = (lockId: LockId) => delivered.filter((message) => addressee(message) === `test/${lockId}`).length
  await until('it is asked once more, as whatever lock was changed', () => askedOf(one) === 2)
  const before = [askedOf(one), askedOf(two)]
  // Longer than the pause after which a silent lock is asked again.
  await clock.passMs(600_000)
  await until('the other one is asked', () => askedOf(two) > must(before[1] ?? null))
  expect(askedOf(one)).toBe(before[0])
})

const addressee = (message: string): unknown =>
  JSON.parse(Buffer.from(message.split('.')[1] ?? '', 'base64url').toString()).aud
