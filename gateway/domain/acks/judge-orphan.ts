import type { Sighting } from '#domain/alarms/alarm.ts'
import type { NewEvent } from '#domain/events/events.ts'
import { ackHashOf, type VerifiedAck } from './ack.ts'

/** An ack of this kind that is kept: of each result of a lock the first that fitted no command, and the last. */
export interface KeptOrphan {
  readonly keptAs: 'first' | 'last'
  readonly ackHash: string
}

export type OrphanVerdict =
  | { readonly kind: 'repeat' }
  | {
      readonly kind: 'kept'
      /** A later one takes the place of the last. */
      readonly as: 'first' | 'last'
      /** So many more came between the first and the last than are kept. */
      readonly between: number
      /** Only the first is one. */
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
