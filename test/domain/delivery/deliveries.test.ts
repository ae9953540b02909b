import { expect, test } from 'vitest'
import type { DeliveriesDeps } from '#domain/delivery/deliveries.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import { T0 } from '#test/store/support/store-site.ts'
import { until } from '#test/support/until.ts'
import { DOWN, deliveriesOver, keep, made } from './deliveries-over.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

test('what waits is sent to each recipient in the order in which it was made, once', async () => {
  const { notices: store } = await storeSite()
  const [first, second, third] = [made(), made(), made({ recipient: 'night' })]
  await keep(store, first, second, third)
  const { begin, passMs, idsTo } = deliveriesOver(store)
  await begin()
  await passMs(MINUTE_MS)
  expect(idsTo('team')).toEqual([first.id, second.id])
  expect(idsTo('night')).toEqual([third.id])
})

test('a receiver that is down for ten minutes, with the process ended meanwhile, gets every message; repeats have the same id', async () => {
  const site = await storeSite()
  const [first, second] = [made(), made()]
  await keep(site.notices, first, second)
  const before = deliveriesOver(site.notices)
  before.answers.set('team', async () => DOWN)
  await before.begin()
  await before.passMs(5 * MINUTE_MS)
  before.deliveries.close()
  expect(new Set(before.idsTo('team'))).toEqual(new Set([first.id]))
  expect(before.sent.length).toBeGreaterThan(4)

  const { notices: again } = await site.restart()
  const after = deliveriesOver(again, before.clock)
  after.answers.set('team', async () => DOWN)
  await after.begin()
  await after.passMs(5 * MINUTE_MS)
  after.answers.delete('team')
  await after.passMs(11 * MINUTE_MS)
  expect(after.idsTo('team').slice(-2)).toEqual([first.id, second.id])
  expect(after.sent.at(-2)).toEqual(first)
  expect(await again.waitingNotices(9)).toEqual([])
})

test('a receiver that never answers delays no other', async () => {
  const { notices: store } = await storeSite()
  await keep(store, made(), made({ recipient: 'night' }), made({ recipient: 'night' }))
  const { deliveries, clock, answers, idsTo } = deliveriesOver(store)
  answers.set('team', () => new Promise(() => {}))
  await deliveries.begin()
  await until('the other has both', () => idsTo('night').length === 2)
  await clock.passMs(HOUR_MS)
  expect(idsTo('team')).toHaveLength(1)
})

test('a message is tried at once, again after 5 s, 10 s, 20 s and so on, and given up after a day', async () => {
  const { notices: store } = await storeSite()
  await keep(store, made())
  const { begin, passMs, sent, answers, clock, unreached } = deliveriesOver(store)
  const triedAtMs: number[] = []
  answers.set('team', async () => {
    triedAtMs.push(clock.nowMs() - T0)
    return DOWN
  })
  await begin()
  await passMs(80_000)
  expect(triedAtMs).toEqual([0, 5_000, 15_000, 35_000, 75_000])
  await passMs(23 * HOUR_MS, 10 * MINUTE_MS)
  expect(unreached.at(-1)).toEqual([])
  await passMs(2 * HOUR_MS, 10 * MINUTE_MS)
  expect(unreached.at(-1)).toEqual(['team'])
  const count = sent.length
  await passMs(HOUR_MS, 10 * MINUTE_MS)
  expect(sent).toHaveLength(count)
  expect(await store.waitingNotices(9)).toEqual([])
}, 60_000)

test('that nobody could be told stands over a restart, until a message arrives', async () => {
  const site = await storeSite()
  const old = made({ madeAtMs: T0 - 25 * HOUR_MS })
  await keep(site.notices, old)
  const before = deliveriesOver(site.notices)
  before.answers.set('team', async () => DOWN)
  await before.begin()
  // Made before a day without power: it gets ten tries all the same.
  await before.passMs(50 * MINUTE_MS, 30_000)
  expect(before.idsTo('team')).toHaveLength(10)
  expect(before.unreached.at(-1)).toEqual(['team'])

  const { notices: again } = await site.restart()
  const after = deliveriesOver(again, before.clock)
  await after.begin()
  expect(after.unreached).toEqual([['team']])
  await keep(again, made({ madeAtMs: before.clock.nowMs() }))
  await after.passMs(5_000)
  expect(after.unreached.at(-1)).toEqual([])
})

test('a message that arrived is not sent again because the store could not take a note of it', async () => {
  const { notices: store } = await storeSite()
  const [first, second] = [made(), made()]
  await keep(store, first, second)
  let isFull = true
  const failing: DeliveriesDeps['store'] = {
    ...store,
    noteNoticeTry: async (noted) => {
      if (isFull) throw new StoreFault('disk full', { mayBeStored: false })
      return await store.noteNoticeTry(noted)
    },
  }
  const { begin, passMs, idsTo } = deliveriesOver(failing)
  await begin()
  await passMs(MINUTE_MS)
  expect(idsTo('team')).toEqual([first.id])
  isFull = false
  await passMs(5_000)
  expect(idsTo('team')).toEqual([first.id, second.id])
})

test('what the store does not take is sent all the same, and tried again', async () => {
  const { notices: store } = await storeSite()
  const notice = made({ severity: 'critical' })
  const { begin, passMs, deliveries, idsTo, answers } = deliveriesOver(store)
  answers.set('team', async () => DOWN)
  await begin()
  deliveries.sendUnstored([notice])
  await passMs(5_000)
  answers.delete('team')
  await passMs(MINUTE_MS)
  expect(new Set(idsTo('team'))).toEqual(new Set([notice.id]))
  expect(idsTo('team').length).toBeGreaterThan(1)
})

test('messages to an entry that the config no longer has are ended, and hold up nobody', async () => {
  const { notices: store } = await storeSite()
  const kept = made()
  await keep(store, made({ recipient: 'gone' }), kept)
  const { begin, passMs, sent } = deliveriesOver(store)
  await begin()
  await passMs(5_000)
  expect(sent.map(({ id }) => id)).toEqual([kept.id])
  expect(await store.waitingNotices(9)).toEqual([])
})

test('when somebody has shown that the way works, what waits is sent at once', async () => {
  const { notices: store } = await storeSite()
  await keep(store, made())
  const { begin, passMs, deliveries, answers, sent, quiet } = deliveriesOver(store)
  answers.set('team', async () => DOWN)
  await begin()
  await passMs(10 * MINUTE_MS)
  answers.delete('team')
  const count = sent.length
  deliveries.works('team')
  await quiet()
  expect(sent).toHaveLength(count + 1)
  expect(await store.waitingNotices(9)).toEqual([])
})
