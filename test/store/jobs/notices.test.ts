import { expect, test } from 'vitest'
import type { Notice, ToldAlarm } from '#domain/notices/notice.ts'
import { newNoticeId } from '#protocol/ids.ts'
import { storeSite } from '#test/store/support/opened-site.ts'
import { lockId, T0 } from '#test/store/support/store-site.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const offline: ToldAlarm = {
  ...{ id: 7, kind: 'lock-offline', lockId: lockId(1), door: 'Sauna', area: 'East', severity: 'warning' },
  ...{ state: 'raised', sinceMs: T0 },
}
const newNotice = (fields: Partial<Notice> = {}): Notice => ({
  ...{ id: newNoticeId(), recipient: 'night', severity: 'warning', sort: 'alarms', title: 'Sauna is offline' },
  ...{ lines: ['Look at its power.'], alarms: [offline], madeAtMs: T0 },
  ...fields,
})
const states = (state: string) => [{ recipient: 'night', state }]

test('a notice and what its recipient knows by it are stored together, and outlive a restart whole', async () => {
  const { notices: store, restart } = await storeSite()
  const notice = newNotice()
  await store.keepNotices({ notices: [notice], desks: states('{"told":1}'), atMs: T0 })
  const { notices: again } = await restart()
  expect(await again.waitingNotices(9)).toEqual([{ notice, tries: 0, nextTryAtMs: T0, lastCause: null }])
  expect(await again.noticeDesks()).toEqual(states('{"told":1}'))
})

test('a notice that is put in twice, because nobody knew whether it was stored, is there once', async () => {
  const { notices: store } = await storeSite()
  const notice = newNotice()
  await store.keepNotices({ notices: [notice], desks: states('1'), atMs: T0 })
  await store.noteNoticeTry({ id: notice.id, tried: { kind: 'failed', cause: 'x', nextTryAtMs: T0 + 5 }, atMs: T0 })
  await store.keepNotices({ notices: [notice], desks: states('2'), atMs: T0 })
  expect(await store.waitingNotices(9)).toMatchObject([{ notice, tries: 1, nextTryAtMs: T0 + 5 }])
  expect(await store.noticeDesks()).toEqual(states('2'))
})

test('notices come out in the order in which they were made, each recipient’s oldest first, however often it was tried', async () => {
  const { notices: store } = await storeSite()
  const [first, second, third] = [newNotice(), newNotice(), newNotice({ recipient: 'day' })]
  await store.keepNotices({ notices: [first, second, third], desks: [], atMs: T0 })
  const failed = { kind: 'failed', cause: 'refused', nextTryAtMs: T0 + MINUTE_MS } as const
  await store.noteNoticeTry({ id: first.id, tried: failed, atMs: T0 })
  expect((await store.waitingNotices(9)).map(({ notice }) => notice.id)).toEqual([first.id, second.id, third.id])
  expect(await store.waitingNotices(1)).toMatchObject([{ tries: 1, lastCause: 'refused' }])
  expect(await store.oldestWaitingNotice('night')).toMatchObject({ notice: first, nextTryAtMs: T0 + MINUTE_MS })
  expect(await store.oldestWaitingNotice('day')).toMatchObject({ notice: third, tries: 0 })
  expect(await store.oldestWaitingNotice('nobody')).toBeNull()
})

test('what is delivered or given up does not wait any more, and the record of its recipient tells so', async () => {
  const { notices: store, restart } = await storeSite()
  const [told, lost] = [newNotice(), newNotice({ recipient: 'day' })]
  await store.keepNotices({ notices: [told, lost], desks: [], atMs: T0 })
  expect(await store.noteNoticeTry({ id: told.id, tried: { kind: 'delivered' }, atMs: T0 + 1 })).toBe(true)
  expect(await store.noteNoticeTry({ id: lost.id, tried: { kind: 'given-up', cause: 'x' }, atMs: T0 + 2 })).toBe(true)
  expect(await store.noteNoticeTry({ id: told.id, tried: { kind: 'given-up', cause: 'x' }, atMs: T0 + 3 })).toBe(false)
  const { notices: again } = await restart()
  expect(await again.waitingNotices(9)).toEqual([])
  expect(await again.deliveryRecords()).toEqual([
    { recipient: 'day', deliveredAtMs: null, givenUpAtMs: T0 + 2 },
    { recipient: 'night', deliveredAtMs: T0 + 1, givenUpAtMs: null },
  ])
  expect(await again.noticeDesks()).toEqual([])
})

test('that messages to a recipient are given up is known since the first of them, until one arrives or somebody shows that the way works', async () => {
  const { notices: store, restart } = await storeSite()
  const lost = [newNotice(), newNotice(), newNotice()]
  await store.keepNotices({ notices: lost, desks: [], atMs: T0 })
  const giveUp = (notice: Notice | undefined, atMs: number) =>
    store.noteNoticeTry({ id: notice?.id ?? newNoticeId(), tried: { kind: 'given-up', cause: 'x' }, atMs })
  await giveUp(lost[0], T0 + 1)
  await giveUp(lost[1], T0 + 2)
  expect(await store.deliveryRecords()).toEqual([{ recipient: 'night', deliveredAtMs: null, givenUpAtMs: T0 + 1 }])
  // The clock was set back in between: the later word holds all the same.
  await store.noteReceiverWorks({ recipient: 'night', atMs: T0 - DAY_MS })
  const { notices: again } = await restart()
  expect(await again.deliveryRecords()).toEqual([{ recipient: 'night', deliveredAtMs: T0 - DAY_MS, givenUpAtMs: null }])
})

test('notices are counted by quarters of an hour, and forgotten after 60 days, though never while they wait', async () => {
  const { notices: store } = await storeSite()
  const made = (atMs: number) => newNotice({ madeAtMs: atMs })
  const [waits, gone] = [made(T0), made(T0)]
  await store.keepNotices({ notices: [waits, gone, made(T0 + 15 * MINUTE_MS)], desks: [], atMs: T0 })
  await store.noteNoticeTry({ id: gone.id, tried: { kind: 'delivered' }, atMs: T0 })
  const [first, second] = await store.countNotices(T0, 9)
  expect([first?.count, second?.count]).toEqual([2, 1])
  expect((second?.fromMs ?? 0) - (first?.fromMs ?? 0)).toBe(15 * MINUTE_MS)
  const laterMs = T0 + 61 * DAY_MS
  await store.keepNotices({ notices: [made(laterMs)], desks: [], atMs: laterMs })
  expect((await store.countNotices(T0, 9)).map(({ count }) => count)).toEqual([1, 1, 1])
})
