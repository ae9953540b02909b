import { beforeEach, expect, test } from 'vitest'
import type { EventLog, LogPlace, LogQuery, LogRow } from '#domain/events/event-log.ts'
import { exportLog, type FindLogDeps, findLog } from '#domain/events/find-log.ts'
import { EVERYTHING } from '#domain/events/log-filter.ts'
import { LogReaders } from '#domain/events/log-readers.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { aLock } from '#test/http/support/route-samples.ts'
import { silentLog } from '#test/store/support/store-site.ts'
import { org } from '#test/support/ids.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const ACME = { kind: 'service', organization: org('acme') } as const
const lock = aLock({ organization: org('acme') })
const row = (seq: number): LogRow => ({
  kind: 'lock',
  event: { ...{ seq, version: seq, lockId: lock.lockId, type: 'LockUpdated', atMs: 0 }, chained: {}, plain: {} },
  ...{ opening: null, key: null },
})

let told: unknown[]
let asked: LogQuery[]
let locks: LockRegistry
let whileRead: () => void
beforeEach(() => {
  told = []
  asked = []
  whileRead = () => {}
  locks = new LockRegistry([lock], new ManualClock())
})

/** So many pages of one event each. */
function depsOf(pages: number): FindLogDeps {
  const clock = new ManualClock()
  const log: EventLog = {
    newest: async () => ({ seq: pages, site: 0 }),
    rowsBefore: async (query) => {
      asked.push(query)
      whileRead()
      const seq = pages + 1 - asked.length
      return { rows: [row(seq)], lookedTo: seq === 1 ? null : { seq, site: 0 } }
    },
  }
  const store = {
    recordSiteEvent: async ({ data }: { data: { what?: unknown; count?: unknown } }) =>
      void told.push([data.what, data.count]),
  }
  return {
    ...{ log, locks, apiKeys: { nameOf: () => null }, zone: zoneNamed('Europe/Berlin') },
    ...{ readers: new LogReaders({ store, clock, log: silentLog }), siteOrganization: null },
  }
}
const fileOf = (pages: number, seesPeople: boolean, end = new AbortController()) => {
  const exported = exportLog(EVERYTHING, { principal: ACME, seesPeople }, depsOf(pages), end.signal)
  if (exported.kind !== 'found') throw new Error(exported.kind)
  return exported.pages
}

test('a file is told when it begins and when it ends, with its rows; of one without people nothing is told', async () => {
  for await (const _ of fileOf(3, true));
  expect(told).toEqual([
    ['a file began: everything', null],
    ['a file ended: everything', 3],
  ])
  told = []
  asked = []
  for await (const _ of fileOf(3, false));
  expect(told).toEqual([])
})

test.each(['its reader goes', 'it is ended'])(
  'a file is told as broken off when %s, with the rows until then',
  async (how) => {
    const end = new AbortController()
    const pages = fileOf(9, true, end)
    await pages.next()
    await pages.next()
    if (how === 'it is ended') end.abort()
    if (how === 'it is ended') await pages.next()
    else await pages.return()
    expect(told.at(-1)).toEqual(['a file was broken off: everything', 2])
  },
)

test('what happens while a file is read is not in it: each page goes on where the one before ended', async () => {
  for await (const _ of fileOf(3, false));
  const places: LogPlace[] = asked.map(({ before }) => before)
  expect(places).toEqual([
    { seq: 3, site: 1 },
    { seq: 3, site: 0 },
    { seq: 2, site: 0 },
  ])
})

test('a lock that goes to another organization while its events are read is not told of any more', async () => {
  const page = { filter: EVERYTHING, before: null, newerThan: null, limit: 10 }
  const reader = { principal: ACME, seesPeople: true }
  const found = async () => {
    const answer = await findLog(page, reader, depsOf(1))
    return answer.kind === 'found' ? answer.entries.length : answer.kind
  }
  expect(await found()).toBe(1)
  asked = []
  whileRead = () => locks.put({ ...lock, organization: org('other'), version: lock.version + 1 })
  expect(await found()).toBe(0)
})
