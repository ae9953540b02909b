import { type TempKeyStatus, type TempKeyUses, type TempKeyWindow, tempKeyStatus } from './temp-key.ts'

/** What a key becomes by time alone. */
export interface NextChange {
  /** UTC. */
  readonly atMs: number
  readonly to: TempKeyStatus
}

/** Null when nothing but a person will change it: it has expired or was revoked. */
export function nextChangeOf(key: TempKeyWindow & TempKeyUses, nowMs: number): NextChange | null {
  const status = tempKeyStatus(key, nowMs)
  switch (status) {
    case 'revoked':
    case 'expired':
      return null
    case 'not-yet-valid':
      return { atMs: key.validFromMs, to: tempKeyStatus(key, key.validFromMs) }
    default:
      return { atMs: key.validUntilMs, to: 'expired' }
  }
}
