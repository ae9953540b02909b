import { expect, test } from 'vitest'
import { LockPresenceState } from '#lock-link/inbox/lock-presence.ts'
import { HelloQuestions } from '#lock-link/outbox/hello-questions.ts'
import { lockId } from '#test/store/support/store-site.ts'
import { ManualClock, settled } from '#test/support/manual-clock.ts'

const door = lockId(1)

function aDoor({ reaches = true } = {}) {
  const clock = new ManualClock()
  const state = new LockPresenceState()
  const asked: number[] = []
  const questions = new HelloQuestions({
    ...{ clock, answerWaitMs: 5_000, log: { info: () => {}, warn: () => {}, error: () => {} } },
    stateOf: () => state,
    reaches: () => reaches,
    sign: async () => 'signed',
    publish: () => asked.push(clock.monotonicMs()),
    inBackground: (work) => void work,
  })
  return { clock, questions, asked }
}

test('twenty people who ask a lock at once are one question, and each gets its answer', async () => {
  const { questions, asked } = aDoor()
  const answers = Array.from({ length: 20 }, () => questions.byPerson(door))
  await settled()
  expect(asked).toEqual([0])
  questions.answered(door, 84)
  expect(new Set((await Promise.all(answers)).map((answer) => JSON.stringify(answer)))).toEqual(
    new Set(['{"kind":"answered","tookMs":84}']),
  )
})

test('a person’s question waits until a second after the one before, which the lock would hold back otherwise', async () => {
  const { clock, questions, asked } = aDoor()
  await questions.ask(door)
  await clock.passMs(300)
  void questions.byPerson(door)
  await clock.passMs(699)
  expect(asked).toEqual([0])
  await clock.passMs(1)
  expect(asked).toEqual([0, 1_000])
})

test('a lock that does not answer in time is silent, and is asked anew by whoever asks then', async () => {
  const { clock, questions, asked } = aDoor()
  const first = questions.byPerson(door)
  await settled()
  await clock.passMs(6_000)
  expect(await first).toEqual({ kind: 'silent' })
  void questions.byPerson(door)
  await settled()
  expect(asked).toEqual([0, 6_000])
})

test('a lock that nothing reaches is sent nothing', async () => {
  const { questions, asked } = aDoor({ reaches: false })
  expect(await questions.byPerson(door)).toEqual({ kind: 'unreachable' })
  expect(asked).toEqual([])
})
