import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Receiver } from '#domain/delivery/manage-receivers.ts'
import { type ApiSite, startApiSite } from '#test/http/support/api-site.ts'
import { NOW_MS } from '#test/http/support/route-samples.ts'
import { noticeOf } from '#test/notify/support/messages.ts'

let site: ApiSite
beforeEach(async () => {
  site = await startApiSite('owner')
})
afterEach(() => site.close())

const receiver = (name: string, difference: Partial<Receiver> = {}): Receiver => ({
  ...{ name, kind: 'http', leastSeverity: 'warning', quietHours: null },
  ...difference,
})

test('the owner sees who is told, and how the messages to each do', async () => {
  site.receivers.push(receiver('team', { quietHours: { fromMinute: 1_320, untilMinute: 425 } }), receiver('mail'))
  const notice = noticeOf({ madeAtMs: NOW_MS })
  await site.notices.keepNotices({ notices: [notice, noticeOf({ madeAtMs: NOW_MS + 1 })], desks: [], atMs: NOW_MS })
  const tried = { kind: 'failed', cause: 'it is down', nextTryAtMs: NOW_MS + 5_000 } as const
  await site.notices.noteNoticeTry({ id: notice.id, tried, atMs: NOW_MS })
  const answer = await site.ask('GET', '/alarms/receivers')
  expect(answer.json()).toEqual({
    receivers: [
      {
        ...{ name: 'team', kind: 'http', leastSeverity: 'warning', quietHours: { from: '22:00', until: '07:05' } },
        ...{ waiting: 2, oldestMadeAt: new Date(NOW_MS).toISOString(), lastCause: 'it is down' },
        ...{ deliveredAt: null, givenUpAt: null },
      },
      expect.objectContaining({ name: 'mail', waiting: 0, oldestMadeAt: null, lastCause: null }),
    ],
  })
})

test('a test message goes to everybody or to one, and what came of it is told for each', async () => {
  site.receivers.push(receiver('team'), receiver('broken', { kind: 'mail' }))
  const all = await site.ask('POST', '/alarms/test', {}, {})
  expect(all.json()).toEqual({
    results: [
      { name: 'team', kind: 'http', delivered: true, says: null },
      { name: 'broken', kind: 'mail', delivered: false, says: 'it is broken' },
    ],
  })
  const one = await site.ask('POST', '/alarms/test', {}, { to: 'team' })
  expect(one.json()).toMatchObject({ results: [{ name: 'team' }] })
  expect(site.sent.map(({ recipient, sort }) => `${recipient} ${sort}`)).toEqual([
    'team test',
    'broken test',
    'team test',
  ])
  expect(site.working).toEqual(['team', 'team'])
  expect(await site.notices.waitingNotices(9)).toEqual([])
})

test('a test message that arrives ends what was known of messages that were given up, for the next process too', async () => {
  site.receivers.push(receiver('team'))
  const notice = noticeOf({ madeAtMs: NOW_MS })
  await site.notices.keepNotices({ notices: [notice], desks: [], atMs: NOW_MS })
  await site.notices.noteNoticeTry({ id: notice.id, tried: { kind: 'given-up', cause: 'it is down' }, atMs: NOW_MS })
  const records = async () => (await site.ask('GET', '/alarms/receivers')).json()
  expect(await records()).toMatchObject({ receivers: [{ deliveredAt: null, givenUpAt: expect.any(String) }] })
  await site.ask('POST', '/alarms/test', {}, {})
  expect(await records()).toMatchObject({ receivers: [{ deliveredAt: expect.any(String), givenUpAt: null }] })
})

test('a test to a name that is none is refused, with those that there are', async () => {
  site.receivers.push(receiver('team'))
  const answer = await site.ask('POST', '/alarms/test', {}, { to: 'tema' })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({
    details: [{ field: 'to', message: expect.stringContaining('there are team') }],
  })
  expect(site.sent).toEqual([])
})

test('nobody on a network can see who is told, or have messages sent', async () => {
  const network = await startApiSite('network')
  const key = await network.service(['locks:admin', 'audit:read'])
  expect((await network.ask('GET', '/alarms/receivers', key)).statusCode).toBe(404)
  expect((await network.ask('POST', '/alarms/test', key, {})).statusCode).toBe(404)
  await network.close()
})
