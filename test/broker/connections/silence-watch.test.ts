import { Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newBrokerCounters } from '#broker/broker-counters.ts'
import { DEFAULT_BROKER_LIMITS } from '#broker/broker-limits.ts'
import { QuietLog } from '#broker/broker-log.ts'
import type { Connection } from '#broker/connections/connections.ts'
import { Endings } from '#broker/connections/endings.ts'
import { watchSilence } from '#broker/connections/silence-watch.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

/** Elapsed time that also goes on where no timer of this process could run. */
class SuspendedClock extends ManualClock {
  suspendedMs = 0
  override monotonicMs(): number {
    return super.monotonicMs() + this.suspendedMs
  }
}

const KEEPALIVE_S = 20
const limits = { ...DEFAULT_BROKER_LIMITS, handshakeTimeoutMs: 5_000 }
const say = () => undefined

let clock: SuspendedClock
let connection: Connection
let stop: () => void
beforeEach(() => {
  clock = new SuspendedClock()
  const warnings = new QuietLog({ info: say, warn: say, error: say }, 1_000)
  const endings = new Endings({
    counters: newBrokerCounters(),
    warnings,
    refusals: warnings,
    isLock: () => true,
    clock,
  })
  const nowMs = clock.monotonicMs()
  connection = {
    ...{ stream: new Socket(), ended: null, ready: true, address: '127.0.0.1', network: '127.0.0.1' },
    ...{ acceptedMs: nowMs, heardMs: nowMs, keepaliveS: KEEPALIVE_S, claim: null, will: null, lockId: null },
    ...{ rates: null, subscriber: null },
  }
  stop = watchSilence({ all: () => new Set([connection]) }, { limits, endings, clock })
})
afterEach(() => stop())

test('a lock of which nothing came for one and a half keepalives is ended, and not before', async () => {
  await clock.passMs(29_000)
  expect(connection.ended).toBeNull()
  await clock.passMs(2_000)
  expect(connection.ended).toBe('keepalive-timeout')
})

test('a handshake has its time and no more', async () => {
  connection.ready = false
  await clock.passMs(4_000)
  expect(connection.ended).toBeNull()
  await clock.passMs(2_000)
  expect(connection.ended).toBe('handshake-timeout')
})

test('a machine that was asleep heard nobody: the lock has as long as it had when it fell asleep', async () => {
  await clock.passMs(20_000)
  clock.suspendedMs = 3_600_000
  await clock.passMs(8_000)
  expect(connection.ended).toBeNull()
  await clock.passMs(4_000)
  expect(connection.ended).toBe('keepalive-timeout')
})
