import type { LockState, Transition } from './machine-types.ts'
import type { GuardView } from './replay-guard.ts'

/** Uptime as messages and deadlines count it: whole seconds, rounded down. */
export const uptimeSOf = (uptimeMs: number): number => Math.floor(uptimeMs / 1_000)

export const view = (state: LockState, uptimeMs: number): GuardView => ({ ...state, uptimeS: uptimeSOf(uptimeMs) })

export const silent = (next: LockState, why: string): Transition => ({ next, effects: [{ kind: 'silent', why }] })
