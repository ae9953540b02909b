import { expect, test } from 'vitest'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import { memoryFlash } from '#firmware-sim/board/flash.ts'
import { readFlashingSheet } from '#firmware-sim/flashing-sheet.ts'
import { startSimulatedLock } from '#firmware-sim/simulated-lock.ts'
import { must } from '#test/support/must.ts'
import { TestSite } from '#test/support/site.ts'
import { until } from '#test/support/until.ts'

const answer = z.looseObject({ lock: z.looseObject({ keyGeneration: z.number() }), flashing: z.looseObject({}) })

const reflash = async (site: TestSite, lockId: number, body: object): Promise<string> => {
  const given = await site.owner((api) => api('POST', `/locks/${lockId}/reflash`, body))
  return JSON.stringify(expectAnswer(given, answer).flashing)
}

test('a board that took the place of a broken one opens the door, the one before it is out, and what it left open stays unconfirmed', async () => {
  await using site = await TestSite.start()
  const old = await site.playLock(1)
  const link = await site.createKey(1, { maxUses: 2 })
  old.setFaults({ mute: true })
  const lost = await site.open(link)
  expect(lost.body).toMatchObject({ reason: 'unconfirmed' })

  const sheet = await readFlashingSheet(await reflash(site, 1, { makeKey: true }), 'sheet')
  expect(sheet.keyGeneration).toBe(2)
  // Its password is no good any more: nobody has to pull its cable.
  await site.untilOnline(1, false)
  await until('the old board is refused', () => site.log.text.includes('"reason":"wrong-password"'))
  old.setFaults({ mute: false })

  const board = await startSimulatedLock({ ...sheet, privateKey: must(sheet.privateKey) })
  try {
    await site.untilOnline(1)
    expect((await site.open(link)).status).toBe(303)
    expect([old.actuations, board.actuations]).toEqual([1, 1])
    await until('the new board has its receipt', () => board.unreceiptedAcks === 0)
    // The new board knows nothing of it and says nothing: a person decides, or a day passes.
    expect(await site.openingState(lost.body.openingId)).toBe('unconfirmed')
    expect(await site.key(link)).toMatchObject({ usedCount: 1, heldCount: 1 })

    await site.stopGateway()
    await site.startGateway()
    await site.untilOnline(1)
    expect((await site.key(link)).usedCount).toBe(1)
  } finally {
    await board.stop()
  }
})

test('whoever waits for the board that is replaced is told at once that nobody knows, and the next guest gets the new one', async () => {
  await using site = await TestSite.start({ config: { opening: { deadlineMs: 8_000, answerWaitMs: 10_000 } } })
  const old = await site.playLock(1, { faults: { mute: true } })
  const [first, second] = [await site.createKey(1, { maxUses: 1 }), await site.createKey(1, { maxUses: 1 })]
  const tappedMs = performance.now()
  const waiting = site.open(first)
  await old.waitFor('heard')
  const sheet = await readFlashingSheet(await reflash(site, 1, { makeKey: true }), 'sheet')
  const answer = await waiting
  // Neither the command's deadline nor the wait for an answer is over.
  expect(performance.now() - tappedMs).toBeLessThan(7_000)
  expect(answer).toMatchObject({ status: 504, body: { reason: 'unconfirmed' } })
  const board = await startSimulatedLock({ ...sheet, privateKey: must(sheet.privateKey) })
  try {
    await site.untilOnline(1)
    expect((await site.open(second)).status).toBe(303)
    expect(board.actuations).toBe(1)
    // The old board may have moved its bolt: the use stays held, after a restart too.
    expect(await site.key(first)).toMatchObject({ usedCount: 0, heldCount: 1 })
    await site.stopGateway()
    await site.startGateway()
    expect(await site.key(first)).toMatchObject({ usedCount: 0, heldCount: 1 })
    expect(await site.openingState(answer.body.openingId)).toBe('unconfirmed')
    expect((await site.key(second)).usedCount).toBe(1)
  } finally {
    await board.stop()
  }
})

test('whoever learnt the password of a lock is out when it gets another one, and the lock goes on with its key pair and journal', async () => {
  await using site = await TestSite.start()
  const flash = memoryFlash()
  const before = await site.playLock(1, { flash })
  const link = await site.createKey(1)
  expect((await site.open(link)).status).toBe(303)
  const { privateKey } = await readFlashingSheet(site.sheetOf(1), 'sheet')

  const sheet = await readFlashingSheet(await reflash(site, 1, { keepKey: true }), 'sheet')
  expect(sheet).toMatchObject({ keyGeneration: 1, privateKey: null })
  await until('the old password is refused', () => site.log.text.includes('"reason":"wrong-password"'))
  await before.stop()
  const again = await startSimulatedLock({ ...sheet, flash, privateKey: must(privateKey) })
  try {
    await site.untilOnline(1)
    expect((await site.open(await site.createKey(1))).status).toBe(303)
    expect(again.actuations).toBe(1)
  } finally {
    await again.stop()
  }
})
