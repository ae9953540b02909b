import type { Sighting } from '#domain/alarms/alarm.ts'
import type { NewEvent } from '#domain/events/events.ts'
import { ackHashOf, type VerifiedAck } from './ack.ts'

/** An orphaned ack (one that fits no command) that is stored: for each lock and result, the first one and the last. */
export interface KeptOrphan {
  readonly keptAs: 'first' | 'last'
  readonly ackHash: string
}

export type OrphanVerdict =
  | { readonly kind: 'repeat' }
  | {
      readonly kind: 'kept'
      /** A new `last` replaces the one that is stored. */
      readonly as: 'first' | 'last'
      /** How many orphans to add to the count of those between the first and the last, which are not stored. */
      readonly between: number
      /** Only the first orphan becomes an event; null for later ones. */
      readonly event: NewEvent | null
      readonly sighting: Sighting
    }

/**
 * An ack that fits no command of its lock. The first and the last of each result are kept with a count of those between,
 * whatever a lock signs; the first is an event, and each is in the alarm's count.
 *
 * @param times how many of this kind came since the last judgement, `ack` being the latest of them; 1 or more
 * @param kept those of the same lock and result, the first before the last
 */
export function judgeOrphan(
  { ack, times }: { readonly ack: VerifiedAck; readonly times: number },
  kept: readonly KeptOrphan[],
  atMs: number,
): OrphanVerdict {
  const ackHash = ackHashOf(ack)
  if (times === 1 && kept.some((orphan) => orphan.ackHash === ackHash)) return { kind: 'repeat' }
  const sighting: Sighting = { kind: 'ack-orphaned', lockId: ack.lockId, about: ack.commandId, times }
  const isFirst = !kept.some(({ keptAs }) => keptAs === 'first')
  if (isFirst)
    return { kind: 'kept', as: 'first', between: times - 1, event: orphanedEvent(ack, ackHash, atMs), sighting }
  const takesPlace = kept.some(({ keptAs }) => keptAs === 'last')
  return { kind: 'kept', as: 'last', between: takesPlace ? times : times - 1, event: null, sighting }
}

function orphanedEvent(ack: VerifiedAck, ackHash: string, atMs: number): NewEvent {
  const { lockId, openingId, keyRef, reason, result, commandId, commandHash, keyGeneration, journalSeq } = ack
  const evidence = { result, commandId, commandHash, ackHash, keyGeneration, journalSeq }
  return { lockId, type: 'AckOrphaned', atMs, chained: { openingId, keyRef, reason, ...evidence }, plain: {} }
}
