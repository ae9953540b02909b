import { expect, test } from 'vitest'
import { newCommand, one, startLink } from './link-lab.ts'

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
