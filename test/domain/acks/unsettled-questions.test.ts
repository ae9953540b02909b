import { expect, test } from 'vitest'
import { UnsettledQuestions } from '#domain/acks/unsettled-questions.ts'
import type { StoredCommand } from '#domain/openings/opening.ts'
import { type BootId, commandHashOf, lockIdFromNumber, newBootId, newCommandId, newOpeningId } from '#protocol/ids.ts'
import { ManualClock, settled } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'

const lockId = must(lockIdFromNumber(1))
const boot = newBootId()

function unanswered(notAfterUptimeS: number, bootId: BootId = boot): StoredCommand {
  const openingId = newOpeningId()
  const commandHash = commandHashOf(openingId)
  const made = { commandId: newCommandId(), openingId, lockId, commandHash, keyRef: null }
  return { ...made, bootId, counter: 1, notAfterUptimeS }
}

/** A lock that has been up for 100 s, and the questions that are put to it. */
function questionsAbout(commands: StoredCommand[], clock = new ManualClock()) {
  const asked: StoredCommand[] = []
  const lock = { online: true }
  const questions = new UnsettledQuestions({
    sweptLocks: 'all',
    store: {
      unansweredCommandsOf: async (_lockId, after, limit) => {
        const from = after === null ? 0 : after.rowId + 1
        const page = commands.slice(from, from + limit)
        const end = from + page.length - 1
        return { commands: page, next: page.length < limit ? null : { startedAtMs: 0, rowId: end } }
      },
      unansweredCommands: async (openingId) => commands.filter((command) => command.openingId === openingId),
      locksWithUnconfirmed: async () => (commands.length > 0 ? [lockId] : []),
    },
    link: {
      presence: () => ({
        ...{ online: lock.online, answers: lock.online, offlineCause: lock.online ? null : 'no-answer' },
        ...{ sinceMs: null, lastSeenMs: null, door: 'unknown', batteryPercent: null },
      }),
      freshness: () =>
        lock.online ? { bootId: boot, lastCounter: 1, uptimeS: 100 + clock.monotonicMs() / 1_000 } : null,
      askOutcome: async (command) => {
        asked.push(command)
        return true
      },
    },
    clock,
    inBackground: (work) => void work.catch((error: unknown) => expect.unreachable(String(error))),
  })
  return { questions, asked, clock, lock }
}

test('a lock is asked again when a command can no longer run: before that it is silent about it', async () => {
  const command = unanswered(107)
  const { questions, asked, clock } = questionsAbout([command])
  await questions.ask(lockId)
  expect(asked).toEqual([command])
  await clock.passMs(7_900)
  expect(asked).toHaveLength(1)
  await clock.passMs(1_000)
  expect(asked).toEqual([command, command])
  await clock.passMs(60_000)
  expect(asked).toHaveLength(2)
})

test('a command of a boot that is over is asked about once: it can run no more', async () => {
  const { questions, asked, clock } = questionsAbout([unanswered(1_000_000, newBootId())])
  await questions.ask(lockId)
  await clock.passMs(60_000)
  expect(asked).toHaveLength(1)
})

test('many questions are put some at a time, each once, however often the lock says hello meanwhile', async () => {
  const commands = Array.from({ length: 40 }, () => unanswered(50))
  const { questions, asked, clock } = questionsAbout(commands)
  const pass = questions.ask(lockId)
  await questions.ask(lockId)
  await settled()
  expect(asked).toEqual(commands.slice(0, 16))
  await clock.passMs(2_000)
  await pass
  expect(asked).toEqual(commands)
})

test('each of a thousand is asked in its turn, however many are older and however often the lock leaves', async () => {
  const commands = Array.from({ length: 1_000 }, () => unanswered(50))
  const { questions, asked, clock, lock } = questionsAbout(commands)
  for (let minute = 0; minute < 12; minute += 1) {
    lock.online = true
    await questions.askAll()
    await settled()
    await clock.passMs(8_000)
    lock.online = false
    await clock.passMs(52_000)
  }
  expect(new Set(asked).size).toBe(1_000)
})

test('a command that could still run is asked about again, though the next pass is at others', async () => {
  const older = () => Array.from({ length: 150 }, () => unanswered(50))
  const runnable = unanswered(119)
  const { questions, asked, clock } = questionsAbout([...older(), runnable, ...older()])
  const timesAsked = () => asked.filter((command) => command === runnable).length
  const pass = questions.ask(lockId)
  await settled()
  await clock.passMs(12_500)
  await pass
  expect(timesAsked()).toBe(1)
  await clock.passMs(10_000)
  expect(timesAsked()).toBe(2)
})

test('a lock that leaves is asked no further, and everybody who is there is asked now and then', async () => {
  const commands = Array.from({ length: 40 }, () => unanswered(50))
  const { questions, asked, clock, lock } = questionsAbout(commands)
  const pass = questions.ask(lockId)
  await settled()
  lock.online = false
  await clock.passMs(5_000)
  await pass
  expect(asked).toHaveLength(16)
  await questions.askAll()
  expect(asked).toHaveLength(16)
  lock.online = true
  await questions.askAll()
  await settled()
  await clock.passMs(5_000)
  expect(asked).toHaveLength(16 + 40)
})
