import type { LockLink } from '#domain/locks/lock-link.ts'

/** For a process that owns the store and runs no gateway: no lock is there, and nothing is ever sent. */
export const absentLockLink: LockLink = {
  presence: () => ({
    online: false,
    answers: false,
    offlineCause: 'not-connected',
    sinceMs: null,
    lastSeenMs: null,
    door: 'unknown',
    batteryPercent: null,
  }),
  lastHello: () => null,
  freshness: () => null,
  signOpen: () => Promise.reject(new Error('no gateway runs: nothing can be signed')),
  send: () => Promise.resolve({ kind: 'not-sent' }),
  ask: () => Promise.resolve({ kind: 'unreachable' }),
  askOutcome: () => Promise.resolve(false),
  giveReceipt: () => {},
}
