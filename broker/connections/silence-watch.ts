import { type BrokerClock, every } from '#broker/broker-clock.ts'
import type { BrokerLimits } from '#broker/broker-limits.ts'
import type { Connection, Connections } from './connections.ts'
import type { Endings } from './endings.ts'

/** A look that is later than this shows a standstill: what came during it may not be read yet. */
const LATE_MS = 250
/** MQTT 3.1.1, section 3.1.2.10. */
const KEEPALIVES = 1.5

interface SilenceParts {
  readonly limits: BrokerLimits
  readonly endings: Endings
  readonly clock: BrokerClock
}

/**
 * Ends handshakes that take too long, and connections of which nothing came for one and a half keepalives. One look for
 * all of them in turn: a timer for each costs every connected lock some hundred bytes. And timers run before the event
 * loop reads: after a standstill of this process, or of the machine, the look is left out, so that what came meanwhile is
 * read first; and nobody could be heard in that time, so it is no silence of theirs.
 */
export function watchSilence(
  connections: Pick<Connections, 'all'>,
  { limits, endings, clock }: SilenceParts,
): () => void {
  const everyMs = Math.min(1_000, limits.handshakeTimeoutMs / 4)
  let lookedAtMs = clock.monotonicMs()
  return every(clock, everyMs, () => {
    const nowMs = clock.monotonicMs()
    const stoodStillMs = nowMs - lookedAtMs - everyMs
    lookedAtMs = nowMs
    if (stoodStillMs > LATE_MS) {
      for (const connection of connections.all()) forgive(connection, stoodStillMs)
      return
    }
    for (const connection of connections.all()) {
      const reason = overdue(connection, limits, nowMs)
      if (reason === 'handshake-timeout') endings.violated(connection, reason)
      else if (reason !== null) endings.end(connection, reason)
    }
  })
}

function forgive(connection: Connection, stoodStillMs: number): void {
  connection.acceptedMs += stoodStillMs
  connection.heardMs += stoodStillMs
}

function overdue(
  { ready, acceptedMs, heardMs, keepaliveS }: Connection,
  limits: BrokerLimits,
  nowMs: number,
): 'handshake-timeout' | 'keepalive-timeout' | null {
  if (!ready) return nowMs - acceptedMs >= limits.handshakeTimeoutMs ? 'handshake-timeout' : null
  return keepaliveS > 0 && nowMs - heardMs >= KEEPALIVES * keepaliveS * 1_000 ? 'keepalive-timeout' : null
}
