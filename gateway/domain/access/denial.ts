import type { NewEvent } from '#domain/events/events.ts'
import { keyRefOf, type LockId, type TempKeyUuid } from '#protocol/ids.ts'
import { type Principal, principalLabel, userIdOf } from './principal.ts'

export interface RecordDenial {
  readonly lockId: LockId
  /** Null when whoever was denied had no key. */
  readonly tempKeyUuid: TempKeyUuid | null
  readonly reason: string
  readonly principal: Principal
  /** How many denials alike this one stands for, 1 or more. */
  readonly count: number
  readonly atMs: number
}

export const denialEvent = ({ lockId, tempKeyUuid, reason, principal, count, atMs }: RecordDenial): NewEvent => ({
  ...{ lockId, type: 'AccessDenied', atMs },
  chained: {
    keyRef: tempKeyUuid === null ? null : keyRefOf(tempKeyUuid),
    reason,
    principal: principalLabel(principal),
    count,
  },
  plain: { userId: userIdOf(principal), ...(tempKeyUuid !== null && { tempKeyUuid }) },
})
