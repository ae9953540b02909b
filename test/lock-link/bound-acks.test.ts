import { expect, test } from 'vitest'
import type { SignedCommand } from '#domain/openings/opening.ts'
import { commandHashOf, type LockId, newCommandId } from '#protocol/ids.ts'
import type { Ack } from '#protocol/messages.ts'
import { settled } from '#test/support/manual-clock.ts'
import { ackOf, lockIds, newCommand, one, startLink, two } from './link-lab.ts'

const strangers: [string, (command: SignedCommand) => { from: LockId; difference: Partial<Ack> }][] = [
  ['with another command’s hash', () => ({ from: one, difference: { commandHash: commandHashOf('another') } })],
  ['from another lock', () => ({ from: two, difference: {} })],
  ['about another command', () => ({ from: one, difference: { commandId: newCommandId() } })],
]
test.each(strangers)('a signed word %s is not the answer to a command: its own is waited for', async (_, strange) => {
  const { link, late, hello, ack } = await startLink()
  for (const lockId of lockIds) expect(await hello(lockId)).toBe('ok')
  const command = await newCommand(link)
  const sending = link.send(command, 8_000)
  let answer: unknown = null
  void sending.then((sent) => {
    answer = sent
  })
  const { from, difference } = strange(command)
  expect(await ack(from, ackOf(command, difference))).toBe('ok')
  expect(answer).toBeNull()
  expect(late).toHaveLength(1)
  await ack(one, ackOf(command, { journalSeq: 3 }))
  expect(await sending).toMatchObject({ kind: 'acked', ack: { journalSeq: 3, commandHash: command.commandHash } })
  expect(late).toHaveLength(1)
})

test('a word that names another key pair than the one it was signed with is noise: nothing of it is ever stored', async () => {
  const { link, late, hello, ack } = await startLink()
  await hello(one)
  const command = await newCommand(link)
  const sending = link.send(command, 8_000)
  for (const keyGeneration of [2, 99]) {
    expect(await ack(one, ackOf(command, { keyGeneration }))).toBe('generation')
  }
  expect(late).toEqual([])
  await ack(one, ackOf(command))
  expect(await sending).toMatchObject({ kind: 'acked', ack: { keyGeneration: 1 } })
})

test('a lock whose hello names another key pair stays offline: none of its acks could be believed', async () => {
  const { link, hello } = await startLink()
  expect(await hello(one, { keyGeneration: 2 })).toBe('generation')
  expect(link.presence(one).online).toBe(false)
  expect(await hello(one)).toBe('ok')
  expect(link.presence(one).online).toBe(true)
})

test('whoever waits for a lock that gets another key pair is told at once: no ack that could come would count', async () => {
  const { link, clock, hello, giveKeyPair } = await startLink()
  for (const lockId of lockIds) await hello(lockId)
  const [mine, others] = [await newCommand(link), await newCommand(link, two)]
  const untilMs = clock.monotonicMs() + 8_000
  const sending = link.send(mine, untilMs)
  let isOtherOver = false
  const sendingOther = link.send(others, untilMs).then((answer) => {
    isOtherOver = true
    return answer
  })
  await settled()
  await giveKeyPair(one, 2)
  expect(await sending).toEqual({ kind: 'silent' })
  expect(isOtherOver).toBe(false)
  await clock.passMs(8_000)
  expect(await sendingOther).toEqual({ kind: 'silent' })
})

test('a lock that gets another key pair is offline at once, and nothing that the board before it says counts any more', async () => {
  const { link, late, hello, ack, giveKeyPair } = await startLink()
  for (const lockId of lockIds) expect(await hello(lockId)).toBe('ok')
  const command = await newCommand(link)
  await giveKeyPair(one, 2)
  expect(link.presence(one)).toMatchObject({ online: false, lastSeenMs: null })
  expect(link.freshness(one)).toBeNull()
  expect(link.presence(two).online).toBe(true)
  expect(await hello(one)).toBe('signature')
  expect(await hello(one, { keyGeneration: 2 })).toBe('signature')
  expect(await ack(one, ackOf(command))).toBe('signature')
  expect(late).toEqual([])
  expect(link.presence(one).online).toBe(false)
})
