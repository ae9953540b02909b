import type { BrokerLimits } from '#broker/broker-limits.ts'
import type { Connection, Connections } from './connections.ts'
import type { Endings } from './endings.ts'

/** Twice a look is late by less than this: between looks the event loop has read what came. */
const LATE_MS = 250
/** MQTT 3.1.1, section 3.1.2.10. */
const KEEPALIVES = 1.5

/**
 * Ends handshakes that take too long, and connections of which nothing came for one and a half keepalives. One look for
 * all of them in turn: a timer for each costs every connected lock some hundred bytes. And timers run before the event
 * loop reads: after a standstill of this process the next look is left out, so that what came meanwhile is read first and
 * no lock is ended that spoke in time.
 */
export function watchSilence(connections: Connections, limits: BrokerLimits, endings: Endings): () => void {
  const everyMs = Math.min(1_000, limits.handshakeTimeoutMs / 4)
  let lookedAtMs = performance.now()
  const timer = setInterval(() => {
    const nowMs = performance.now()
    const stoodStill = nowMs - lookedAtMs > everyMs + LATE_MS
    lookedAtMs = nowMs
    if (stoodStill) return
    for (const connection of connections.all()) {
      const reason = overdue(connection, limits, nowMs)
      if (reason === 'handshake-timeout') endings.violated(connection, reason)
      else if (reason !== null) endings.end(connection, reason)
    }
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

function overdue(
  { ready, acceptedMs, heardMs, keepaliveS }: Connection,
  limits: BrokerLimits,
  nowMs: number,
): 'handshake-timeout' | 'keepalive-timeout' | null {
  if (!ready) return nowMs - acceptedMs >= limits.handshakeTimeoutMs ? 'handshake-timeout' : null
  return keepaliveS > 0 && nowMs - heardMs >= KEEPALIVES * keepaliveS * 1_000 ? 'keepalive-timeout' : null
}
