/**
 * The reasons of PROTOCOL.md that a guest can make something of, and what helps: another tap is refused again until somebody has
 * unlocked, lifted or charged something.
 */
const HELPS = {
  privacy: 'call',
  lockdown: 'call',
  battery: 'call',
  busy: 'another-tap',
  'not-executed': 'another-tap',
} as const

export type LockReason = keyof typeof HELPS

/** A lock may have reasons of its own. */
export const isLockReason = (reason: string): reason is LockReason => Object.hasOwn(HELPS, reason)

export const needsCall = (reason: string): boolean => isLockReason(reason) && HELPS[reason] === 'call'
