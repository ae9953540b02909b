import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStaffAccess, type StaffAccess } from '#domain/access/staff-access.ts'
import { SESSIONS_EACH_MAX } from '#domain/access/staff-sessions.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { type OpenedStore, openStore } from '#store/open-store.ts'
import { CorrectedClock } from '#test/support/manual-clock.ts'

const MIN_MS = 60_000
const HOUR_MS = 60 * MIN_MS
const OWNER = { kind: 'owner' } as const
const BY_PERSON = { isSecure: true, byPerson: true }
const log = pino({ level: 'silent' })

let dataDir: string
let opened: OpenedStore
const clock = new CorrectedClock()
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'latchkey-staff-'))
  opened = await openStore({ dataDir, log, nowMs: clock.nowMs(), sweptLocks: 'all', saw: () => {} })
})
afterAll(async () => {
  await opened.store.close()
  rmSync(dataDir, { recursive: true })
})

/** What a process finds when it starts on this store. */
const start = (of: CorrectedClock = clock): Promise<StaffAccess> =>
  openStaffAccess({
    ...{ store: opened.staff, clock: of, log },
    clockTrust: { releasedAtMs: 0, lastStoredMs: () => opened.store.lastStoredMs() },
  })

async function signedIn(name: string) {
  const access = await start()
  const added = await access.members.add({ name, role: 'technician', untilMs: null }, OWNER)
  if (added.kind !== 'added') throw new Error(added.kind)
  const begin = async (): Promise<string> => {
    const begun = await access.sessions.signIn(added.code, { before: null, isSecure: true })
    if (begun === null) throw new Error('the code is not good')
    return begun.value
  }
  const value = await begin()
  const isIn = (which = value) => access.sessions.find(which, BY_PERSON) !== null
  return { ...access, ...added, value, begin, isIn }
}

test('a session ends after 30 minutes in which the person did nothing', async () => {
  const idle = await signedIn('idle')
  await clock.passMs(29 * MIN_MS)
  expect(idle.isIn()).toBe(true)
  await clock.passMs(29 * MIN_MS)
  expect(idle.isIn()).toBe(true)
  await clock.passMs(30 * MIN_MS)
  expect(idle.isIn()).toBe(false)
})

test('what a page asks by itself keeps nobody signed in, and the end comes to whoever hangs on the session', async () => {
  const page = await signedIn('page')
  const ended: string[] = []
  page.sessions.find(page.value, BY_PERSON)?.onEnd(() => ended.push('stream'))
  for (let min = 0; min < 29; min += 1) {
    await clock.passMs(MIN_MS)
    expect(page.sessions.find(page.value, { isSecure: true, byPerson: false })).not.toBeNull()
  }
  page.sessions.endDue()
  expect(ended).toEqual([])
  await clock.passMs(MIN_MS)
  page.sessions.endDue()
  expect(ended).toEqual(['stream'])
})

test('whoever hangs on a session that has ended meanwhile hears of it all the same', async () => {
  const late = await signedIn('too-late')
  const found = late.sessions.find(late.value, BY_PERSON)
  await late.members.change(late.member.id, { kind: 'removed' }, OWNER)
  await new Promise<void>((resolve) => found?.onEnd(resolve))
  expect(late.isIn()).toBe(false)
})

test('a session ends after 12 hours, whatever the person did', async () => {
  const busy = await signedIn('busy')
  for (let min = 20; min < 720; min += 20) {
    await clock.passMs(20 * MIN_MS)
    expect([min, busy.isIn()]).toEqual([min, true])
  }
  await clock.passMs(20 * MIN_MS)
  expect(busy.isIn()).toBe(false)
})

test('a restart signs nobody out, and gives nobody more time', async () => {
  const before = await signedIn('restart')
  await clock.passMs(10 * MIN_MS)
  expect(before.isIn()).toBe(true)
  await before.sessions.keep()
  const after = await start()
  await clock.passMs(29 * MIN_MS)
  expect((await start()).sessions.find(before.value, BY_PERSON)?.member.name).toBe('restart')
  expect(after.sessions.find(before.value, { isSecure: true, byPerson: false })).not.toBeNull()
  await clock.passMs(MIN_MS)
  expect((await start()).sessions.find(before.value, BY_PERSON)).toBeNull()
})

test('a session that ended is good in no later process', async () => {
  const out = await signedIn('sign-out')
  await out.sessions.signOut(out.value)
  expect((await start()).sessions.find(out.value, BY_PERSON)).toBeNull()
})

test('a clock that is set back gives nobody a longer session, nor access that has ended', async () => {
  const late = await signedIn('late')
  await late.members.change(late.member.id, { kind: 'until', untilMs: clock.nowMs() + HOUR_MS }, OWNER)
  const other = await signedIn('other')
  clock.correctedByMs -= 24 * HOUR_MS
  await clock.passMs(30 * MIN_MS)
  expect([late.isIn(), other.isIn()]).toEqual([false, false])
  await clock.passMs(HOUR_MS)
  clock.correctedByMs += 24 * HOUR_MS
  await opened.store.keepTime({ atMs: clock.nowMs() })
  clock.correctedByMs -= 24 * HOUR_MS
  expect(await (await start()).sessions.signIn(late.code, { before: null, isSecure: true })).toBeNull()
  clock.correctedByMs += 24 * HOUR_MS
})

test.each([
  ['removed', { kind: 'removed' }],
  ['given another role', { kind: 'role', role: 'manager' }],
] as const)('whoever is %s is signed out everywhere at once, with every stream', async (name, change) => {
  const gone = await signedIn(name)
  const second = await gone.begin()
  const ended: string[] = []
  for (const value of [gone.value, second]) {
    gone.sessions.find(value, BY_PERSON)?.onEnd(() => ended.push(value))
  }
  await gone.members.change(gone.member.id, change, OWNER)
  expect(ended).toEqual([gone.value, second])
  expect([gone.isIn(), gone.isIn(second)]).toEqual([false, false])
  expect((await start()).sessions.find(second, BY_PERSON)).toBeNull()
})

test('a new code ends what was signed in with the old one, which is good no more', async () => {
  const found = await signedIn('code')
  const renewed = await found.members.newCode(found.member.id, OWNER)
  const tried = (code: string) => found.sessions.signIn(code, { before: null, isSecure: true })
  expect([found.isIn(), await tried(found.code)]).toEqual([false, null])
  expect(renewed.kind === 'changed' && (await tried(renewed.code))?.member.name).toBe('code')
})

test('access that ends takes the session with it', async () => {
  const short = await signedIn('short')
  await short.members.change(short.member.id, { kind: 'until', untilMs: clock.nowMs() + 5 * MIN_MS }, OWNER)
  expect(short.isIn()).toBe(true)
  await clock.passMs(5 * MIN_MS)
  expect(short.isIn()).toBe(false)
})

test(`the ${SESSIONS_EACH_MAX + 1}th browser of one person signs out the one that was idle for longest`, async () => {
  const many = await signedIn('many')
  await clock.passMs(1_000)
  const others: string[] = []
  for (let n = 0; n < SESSIONS_EACH_MAX; n += 1) others.push(await many.begin())
  expect([many.isIn(), ...others.map((value) => many.isIn(value))]).toEqual([false, ...others.map(() => true)])
})

test('the store keeps neither a code nor what a browser holds', async () => {
  const kept = await signedIn('secret')
  const stored = JSON.stringify([await opened.staff.presentStaff(), await opened.staff.staffSessions()])
  for (const secret of [kept.code, kept.code.replaceAll('-', ''), kept.value]) expect(stored).not.toContain(secret)
})

test('access that ends ends every stream that hangs on it, though nobody asks for the session', async () => {
  const watching = await signedIn('watching')
  await watching.members.change(watching.member.id, { kind: 'until', untilMs: clock.nowMs() + 5 * MIN_MS }, OWNER)
  let ended = 0
  watching.sessions.find(watching.value, BY_PERSON)?.onEnd(() => {
    ended += 1
  })
  watching.sessions.endDue()
  expect(ended).toBe(0)
  await clock.passMs(5 * MIN_MS)
  watching.sessions.endDue()
  expect(ended).toBe(1)
})

test('a session that is stored after its person was removed is none, and nobody has signed in', async () => {
  const { member, members } = await signedIn('removed meanwhile')
  await members.change(member.id, { kind: 'removed' }, OWNER)
  const session = { hash: 'h', staffId: member.id, beganAtMs: 1, seenAtMs: 1, isSecure: true }
  await opened.staff.beginStaffSession({ session, atMs: clock.nowMs() })
  expect((await opened.staff.staffSessions()).filter(({ staffId }) => staffId === member.id)).toEqual([])
  const events = await opened.staff.staffEventsBefore({ beforeSeq: Number.MAX_SAFE_INTEGER, limit: 500 })
  const theirs = events.filter(({ staffId }) => staffId === member.id).map(({ what }) => what)
  expect(theirs).toEqual(['removed', 'signed-in', 'added'])
})

test('while nobody knows whether a change is stored, the person is signed out: a session too few is better than one too many', async () => {
  const lost = async () => Promise.reject(new StoreFault('the writer died', { mayBeStored: true }))
  const access = await openStaffAccess({
    ...{ store: { ...opened.staff, changeStaff: lost }, clock, log },
    clockTrust: { releasedAtMs: 0, lastStoredMs: () => opened.store.lastStoredMs() },
  })
  const added = await access.members.add({ name: 'unknown', role: 'manager', untilMs: null }, OWNER)
  if (added.kind !== 'added') throw new Error(added.kind)
  const begun = await access.sessions.signIn(added.code, { before: null, isSecure: true })
  await expect(access.members.change(added.member.id, { kind: 'role', role: 'auditor' }, OWNER)).rejects.toThrow('died')
  expect(access.sessions.find(begun?.value ?? '', BY_PERSON)).toBeNull()
})
