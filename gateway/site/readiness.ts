import type { CountedPresence, PresenceCounts } from '#domain/locks/presence-counts.ts'
import type { Doors } from '#domain/openings/doors.ts'
import type { Store } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { type ClockVerdict, judgeClock } from '#domain/time/clock.ts'
import type { BeatRecord } from '#domain/upkeep/outward-heartbeat.ts'
import { hasFailed, isWell, type Readiness, type ReadinessCheck, warns } from '#domain/upkeep/readiness.ts'
import type { DiskVerdict, RegularWrite } from '#domain/upkeep/regular-write.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import type { ProxyNotice } from '#http/contract/http-deps.ts'
import { LostLines } from './lost-lines.ts'
import { heartbeatReadiness, type NoticesDeps, noticesReadiness } from './notices-readiness.ts'
import { tokenKeysReadiness } from './token-keys-readiness.ts'

interface Deps {
  store: Pick<Store, 'unsettledOpenings'>
  link: { readonly connected: boolean }
  tokens: Pick<TokenVerifier, 'status'> | null
  open: Pick<Doors, 'clock' | 'clockTrust' | 'isShuttingDown'>
  proxyNotice: ProxyNotice
  writes: Pick<RegularWrite, 'verdict'>
  /** Of the disk that holds the data directory, 0–100; null while nobody knows. */
  freePercent(): number | null
  presence: Pick<CountedPresence, 'counts'>
  /** Log lines that were lost since the start. */
  linesLost(): number
  logo: { readonly problem: string | null }
  notices: NoticesDeps
  /** Null when none is configured. */
  heartbeat: { readonly record: BeatRecord } | null
}

/** Whether doors can be opened now, and what is about to go wrong: every part of the site, with what to do. */
export function createReadiness(deps: Deps): Readiness {
  const { store, link, tokens, open, proxyNotice, writes, presence, logo } = deps
  const lostLines = new LostLines(deps.linesLost, open.clock)
  const startedMonotonicMs = open.clock.monotonicMs()
  return async () => {
    const nowMs = open.clock.nowMs()
    const uptimeS = Math.floor((open.clock.monotonicMs() - startedMonotonicMs) / 1_000)
    return {
      process: processCheck(open.isShuttingDown(), uptimeS),
      store: storeCheck(await canRead(store), writes.verdict()),
      disk: diskCheck(deps.freePercent()),
      broker: brokerCheck(link.connected),
      clock: CLOCK_CHECKS[judgeClock(nowMs, open.clockTrust)],
      locks: locksCheck(await presence.counts()),
      log: logCheck(lostLines.lately()),
      proxy: proxyCheck(proxyNotice, nowMs),
      notify: await noticesReadiness(deps.notices, nowMs),
      ...(deps.heartbeat !== null && { heartbeat: heartbeatReadiness(deps.heartbeat.record) }),
      ...(logo.problem !== null && { logo: logoCheck(logo.problem) }),
      ...(tokens !== null && tokenKeysReadiness(await tokens.status(), nowMs)),
    }
  }
}

const processCheck = (isShuttingDown: boolean, uptimeS: number): ReadinessCheck =>
  isShuttingDown
    ? hasFailed({
        reason: 'shutting-down',
        message: 'The gateway is about to end.',
        advice: 'Wait; if nobody ended it on purpose, its log names the signal.',
      })
    : isWell('The gateway runs.', { uptimeS })

function storeCheck(isReadable: boolean, writes: DiskVerdict): ReadinessCheck {
  if (!isReadable || writes.kind === 'failed') {
    return hasFailed({
      reason: isReadable ? 'writes-fail' : 'reads-fail',
      message: isReadable ? 'The last regular write failed.' : 'The store can’t be read.',
      advice: 'Look at the disk of the appliance: is it full, read-only or broken?',
    })
  }
  if (writes.kind !== 'slow') return isWell('The store takes reads and writes.')
  const seconds = Math.round(writes.durationMs / 1_000)
  return warns({
    ...{ severity: 'critical', reason: 'write-hangs' },
    message: `A write has been under way for ${seconds} s.`,
    advice: 'The card is failing, or somebody copies it: no door opens by a key until the write is through.',
    facts: { slow: 'a write is under way for long', seconds },
  })
}

/** As the alarms `disk-low` and `disk-full` begin. */
const [LOW_PERCENT, FULL_PERCENT] = [10, 3]

/** Never `failed`: as long as the store takes writes, doors open. */
function diskCheck(freePercent: number | null): ReadinessCheck {
  if (freePercent === null) return isWell('How much room the disk has is not known yet.', { freePercent })
  const free = Math.floor(freePercent * 10) / 10
  const message = `${free} % of the disk that holds the data directory are free.`
  if (freePercent > LOW_PERCENT) return isWell(message, { freePercent: free })
  const isFull = freePercent <= FULL_PERCENT
  return warns({
    ...{ severity: isFull ? 'critical' : 'warning', reason: isFull ? 'disk-full' : 'disk-low', message },
    advice: 'Make room: old logs and backups first, never files of Latchkey.',
    facts: { freePercent: free },
  })
}

const brokerCheck = (isConnected: boolean): ReadinessCheck =>
  isConnected
    ? isWell('The gateway is connected to the broker.')
    : hasFailed({
        reason: 'not-connected',
        message: 'The gateway has no connection to the broker: it reaches no lock.',
        advice: 'Look whether the broker runs, and whether its address and the gateway’s password are still right.',
      })

const CLOCK_CHECKS = {
  trusted: isWell('The clock is trusted.'),
  'before-release': hasFailed({
    reason: 'before-release',
    message: 'The clock is before this release, so no door opens.',
    advice: 'Set the clock of the appliance.',
  }),
  behind: hasFailed({
    reason: 'behind',
    message: 'The clock is behind the last stored time, so no door opens.',
    advice: 'Set the clock if it is wrong now; if it was ahead then and is right now, say so with clock confirm.',
  }),
} as const satisfies Record<ClockVerdict, ReadinessCheck>

/** Never `failed`: a door that is away keeps no other shut. */
function locksCheck(counts: PresenceCounts): ReadinessCheck {
  const { online, offline, neverCame, withoutKey } = counts
  const facts = { online, offline, neverCame, withoutKey }
  const inService = online + offline + neverCame
  if (inService === 0) return isWell('No lock has been added yet.', facts)
  const message = `${online} of ${inService} locks are online.`
  if (offline === 0 && neverCame === 0) return isWell(message, facts)
  return warns({
    severity: offline === 0 ? 'notice' : online === 0 ? 'critical' : 'warning',
    reason: offline === 0 ? 'some-never-came' : online === 0 ? 'none-online' : 'some-offline',
    message,
    advice: 'lock list names them, lock show tells why each counts as offline.',
    facts,
  })
}

const logCheck = (lost: number): ReadinessCheck =>
  lost === 0
    ? isWell('No line of the log was lost lately.')
    : warns({
        ...{ severity: 'warning', reason: 'lines-lost', facts: { lost } },
        message: `${lost} lines of the log were lost.`,
        advice: 'Whoever reads the log does not keep up, or its disk is full: look there.',
      })

/** Doors open without one. */
const logoCheck = (problem: string): ReadinessCheck =>
  warns({
    ...{ severity: 'notice', reason: 'logo-unusable', facts: { problem: `the file ${problem}` } },
    message: `Pages go without the logo: the file ${problem}.`,
    advice: 'Mend the file that site.logo names, then send SIGHUP.',
  })

/** Long enough to be seen by somebody who looks now and then; ends an hour after the last such request. */
const PROXY_SEEN_FOR_MS = 3_600_000

/** All guests share the address of a proxy that nobody told us of. */
function proxyCheck({ forwardedForIgnoredAtMs: atMs }: ProxyNotice, nowMs: number): ReadinessCheck {
  if (atMs === null || nowMs - atMs > PROXY_SEEN_FOR_MS) return isWell('No unknown proxy was seen lately.')
  const ignored = 'X-Forwarded-For came and is not believed: name the proxy in http.trustProxy'
  return warns({
    ...{ severity: 'warning', reason: 'proxy-not-named' },
    message: 'X-Forwarded-For came and is not believed: all guests behind that proxy share one address and its limits.',
    advice: 'Name the proxy in http.trustProxy, or have it send no such header.',
    facts: { ignored, lastAt: new Date(atMs).toISOString() },
  })
}

async function canRead(store: Deps['store']): Promise<boolean> {
  try {
    await store.unsettledOpenings(1)
    return true
  } catch (error) {
    if (error instanceof StoreFault) return false
    throw error
  }
}
