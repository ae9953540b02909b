import { expect, test } from 'vitest'
import { ackOf, newCommand, one, startLink } from '#test/lock-link/link-lab.ts'
import { settled } from '#test/support/manual-clock.ts'

test('nothing is sent to a lock that reaches the broker but has answered no question', async () => {
  const { link, delivered } = await startLink()
  const questions = delivered.length
  expect(await link.send(await newCommand(link), 8_000)).toEqual({ kind: 'not-sent' })
  expect(delivered).toHaveLength(questions)
})

test('nothing is sent to a lock that went away while its command was signed', async () => {
  const { link, delivered, absent, hello } = await startLink()
  await hello(one)
  const command = await newCommand(link)
  absent.add(one)
  const questions = delivered.length
  expect(await link.send(command, 8_000)).toEqual({ kind: 'not-sent' })
  expect(delivered).toHaveLength(questions)
})

test('a lock’s ack that comes after its sender stopped to wait is not lost: it settles later', async () => {
  const { link, clock, late, hello, ack } = await startLink()
  await hello(one)
  const command = await newCommand(link)
  const sending = link.send(command, clock.monotonicMs() + 8_000)
  await settled()
  await clock.passMs(8_000)
  expect(await sending).toEqual({ kind: 'silent' })
  await ack(one, ackOf(command))
  expect(late).toMatchObject([{ commandId: command.commandId, result: 'opened' }])
})
