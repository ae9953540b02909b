import { expect, test } from 'vitest'
import { lockIdFromNumber } from '#protocol/ids.ts'
import { settled } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'
import { ackOf, newCommand, one, startLink } from './link-lab.ts'

const OTHERS = Array.from({ length: 120 }, (_, at) => must(lockIdFromNumber(3 + at)))
/** Well behind those that are verified at once, and well before the last in a round of all. */
const EARLY = 60

/** A guest's lock is sent a command while 120 others have just spoken, of whom nobody waits for one. */
async function everyoneSpeaks() {
  const lab = await startLink(OTHERS)
  await lab.hello(one)
  const command = await newCommand(lab.link)
  const sending = lab.link.send(command, lab.clock.monotonicMs() + 8_000)
  await settled()
  const words = await Promise.all(OTHERS.map((lockId) => lab.signAck(lockId, ackOf(command))))
  return { ...lab, command, sending, words }
}

test('the ack that a guest waits for is heard before what all other locks have said before it', async () => {
  const { bring, signAck, command, sending, words } = await everyoneSpeaks()
  const order = await bring([...words, await signAck(one, ackOf(command))])
  expect(order.indexOf(one)).toBeLessThan(EARLY)
  expect(await sending).toMatchObject({ kind: 'acked', ack: { commandId: command.commandId } })
})

test('a lock that nobody waits for any more takes its turn behind those that spoke before', async () => {
  const { bring, signAck, clock, command, sending, words } = await everyoneSpeaks()
  await clock.passMs(8_000)
  expect(await sending).toEqual({ kind: 'silent' })
  const order = await bring([...words, await signAck(one, ackOf(command))])
  expect(order.indexOf(one)).toBeGreaterThan(EARLY)
})
