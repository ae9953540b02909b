import { expect, test } from 'vitest'
import type { SendResult } from '#domain/delivery/send-notice.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import { T0 } from '#test/store/support/store-site.ts'
import { until } from '#test/support/until.ts'
import { DOWN, deliveriesOver, keep, made } from './deliveries-over.ts'

const HOUR_MS = 3_600_000

/** An answer that comes when a test says so. */
function later() {
  let answer: (result: SendResult) => void = () => {}
  const answered = new Promise<SendResult>((resolve) => {
    answer = resolve
  })
  return { answer: (result: SendResult) => answer(result), answered }
}

test('a try that the end of the process broke off is none: the next process sends the same message', async () => {
  const { notices: store } = await storeSite()
  await keep(store, made())
  const { deliveries, answers, sent, quiet } = deliveriesOver(store)
  const { answer, answered } = later()
  answers.set('team', () => answered)
  await deliveries.begin()
  await until('it is being sent', () => sent.length === 1)
  deliveries.close()
  answer(DOWN)
  await quiet()
  expect(await store.waitingNotices(9)).toMatchObject([{ tries: 0, lastCause: null }])
})

test('why a message does not arrive is logged once, however often it is tried', async () => {
  const { notices: store } = await storeSite()
  await keep(store, made())
  const { begin, passMs, answers, warned, sent } = deliveriesOver(store)
  answers.set('team', async () => DOWN)
  await begin()
  await passMs(160_000)
  expect(sent.length).toBeGreaterThan(4)
  expect(warned).toHaveLength(1)
})

test('that messages are given up is known since the first of them', async () => {
  const { notices: store } = await storeSite()
  const [first, second] = [made({ madeAtMs: T0 - 25 * HOUR_MS }), made({ madeAtMs: T0 - 25 * HOUR_MS })]
  await keep(store, first, second)
  const { begin, passMs, answers, deliveries } = deliveriesOver(store)
  answers.set('team', async () => DOWN)
  await begin()
  await passMs(HOUR_MS, 30_000)
  const sinceMs = deliveries.records.find(({ recipient }) => recipient === 'team')?.givenUpAtMs
  await passMs(HOUR_MS, 30_000)
  expect(await store.waitingNotices(9)).toEqual([])
  expect(sinceMs).toBeGreaterThan(T0)
  const [record] = await store.deliveryRecords()
  expect([record?.givenUpAtMs, deliveries.records[0]?.givenUpAtMs]).toEqual([sinceMs, sinceMs])
})

test('of messages that the store does not take twenty are sent, and what arrived is known when it takes them', async () => {
  const { notices: store } = await storeSite()
  const { begin, passMs, deliveries, idsTo } = deliveriesOver(store)
  const notices = Array.from({ length: 30 }, () => made())
  await begin()
  deliveries.sendUnstored(notices)
  await passMs(10_000)
  const ids = notices.map(({ id }) => id)
  expect(idsTo('team')).toEqual(ids.slice(0, 20))
  expect(deliveries.areStored('team', new Set(ids))).toEqual(ids.slice(0, 20))
  expect(deliveries.areStored('team', new Set(ids))).toEqual([])
})

test('what the store took while it was being sent is left to the outbox', async () => {
  const { notices: store } = await storeSite()
  const { begin, passMs, deliveries, answers, sent } = deliveriesOver(store)
  const notice = made()
  const { answer, answered } = later()
  await begin()
  answers.set('team', () => answered)
  deliveries.sendUnstored([notice])
  await until('it is being sent', () => sent.length === 1)
  expect(deliveries.areStored('team', new Set([notice.id]))).toEqual([])
  answer(DOWN)
  await passMs(60_000)
  expect(sent).toHaveLength(1)
})
