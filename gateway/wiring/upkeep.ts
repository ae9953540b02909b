import type { Config } from '#config/config.ts'
import type { StaffAccess } from '#domain/access/staff-access.ts'
import { keepSurplus } from '#domain/acks/settle-opening.ts'
import type { SurplusBook } from '#domain/acks/surplus-book.ts'
import type { UnsettledQuestions } from '#domain/acks/unsettled-questions.ts'
import type { Doors } from '#domain/openings/doors.ts'
import { startHousekeeping } from '#domain/upkeep/housekeeping.ts'
import { type RegularWrite, startRegularWrites } from '#domain/upkeep/regular-write.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import { absentLockLink } from '#lock-link/absent-lock-link.ts'
import { TokenKeysWatch } from '#site/token-keys-watch.ts'
import { watchSite } from '#site/watch-site.ts'
import type { Background } from './background.ts'
import type { Instruments } from './instruments.ts'
import type { LockSide } from './lock-side.ts'
import type { NoticesSide } from './notices.ts'
import { type SiteRecords, SWEPT_LOCKS } from './site-records.ts'

interface Deps extends Background, Pick<LockSide, 'lastWords' | 'link'> {
  readonly records: SiteRecords
  readonly doors: Doors
  readonly staff: StaffAccess
  readonly questions: UnsettledQuestions
  readonly surplus: SurplusBook
  readonly tokens: TokenVerifier | null
  readonly regularWrite: RegularWrite
  readonly told: NoticesSide
  readonly instruments: Instruments
  readonly opened: AsyncDisposableStack
}

/** What a running site does by itself: the regular write, each minute's chores, and the watch for alarms. */
export function startUpkeep(config: Config, deps: Deps): void {
  const { records, doors, staff, told, questions, surplus, tokens, regularWrite, instruments, opened } = deps
  const { lastWords, link, log, inBackground } = deps
  const { store, apiKeys, alarms, run } = records
  const { desk } = told
  const { clock } = doors
  const tokenKeysWatch = new TokenKeysWatch(alarms, clock)
  inBackground(told.start())
  opened.defer(startRegularWrites({ store, regularWrite, clock, log }))
  opened.defer(
    startHousekeeping({
      ...{ ...doors, store, questions, regularWrite, sweptLocks: SWEPT_LOCKS, inBackground },
      chargeAfterMs: config.opening.chargeUnconfirmedAfterH * 3_600_000,
      chores: [
        () => apiKeys.keepUses(),
        () => lastWords.letGo(),
        () => staff.sessions.keep(),
        (nowMs) => keepSurplus({ store, link, log, surplus }, nowMs),
        () => tokenKeysWatch.look(tokens),
        told.chore,
        (nowMs) => run.alive(nowMs),
      ],
    }),
  )
  opened.defer(
    watchSite(
      {
        ...{ ...doors, store, link, apiKeys, staff: staff.members, writes: regularWrite, ...instruments },
        ...{ alarms, desk, inBackground },
        nobodyTold: desk.nobodyTold,
        batterySinceMs: alarms.batterySinceMs,
      },
      config.alarms,
    ),
  )
}

/** Losing last-used times and what locks said beyond what is kept must not fail the shutdown. */
export async function keepCounts({
  records,
  doors,
  staff,
  surplus,
  log,
}: Pick<Deps, 'records' | 'doors' | 'staff' | 'surplus' | 'log'>) {
  const { store, apiKeys } = records
  const keeping = [
    apiKeys.keepUses(),
    staff.sessions.keep(),
    keepSurplus({ store, link: absentLockLink, log, surplus }, doors.clock.nowMs()),
  ]
  for (const kept of await Promise.allSettled(keeping)) {
    if (kept.status === 'rejected') log.warn({ cause: String(kept.reason) }, 'counts not kept')
  }
}
