import { Counter, Histogram, type Registry } from 'prom-client'
import type { OpeningsMeter } from '#domain/openings/openings-meter.ts'

/** From a fast lock beside the gateway to the end of an opening's time. */
const ACK_BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8]
/** 3 ms is what an idle gateway takes, 15 ms at its slowest. */
const OWN_BUCKETS_S = [0.001, 0.002, 0.003, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.5, 1, 8]

/** Openings by what came of them, and where their time went. */
export function openingMetrics(registry: Registry): OpeningsMeter {
  const registers = [registry]
  const openings = new Counter({
    name: 'latchkey_openings_total',
    help: 'Requests to open a door, by way (key, direct) and by what was answered.',
    labelNames: ['way', 'outcome'] as const,
    registers,
  })
  const acks = new Histogram({
    name: 'latchkey_ack_seconds',
    help: 'From a command that left to the signed ack of its lock.',
    buckets: ACK_BUCKETS_S,
    registers,
  })
  const own = new Histogram({
    name: 'latchkey_own_seconds',
    help: 'The gateway’s own time of an opening that the lock answered: without the lock’s, and without the wait for its turn.',
    buckets: OWN_BUCKETS_S,
    registers,
  })
  // Present from the start, so that a first opening is an increase.
  for (const way of ['key', 'direct'] as const) openings.inc({ way, outcome: 'opened' }, 0)
  return {
    answered: (way, outcome) => openings.inc({ way, outcome }),
    acked: (afterMs) => acks.observe(afterMs / 1_000),
    tookItself: (ownMs) => own.observe(Math.max(0, ownMs) / 1_000),
  }
}
