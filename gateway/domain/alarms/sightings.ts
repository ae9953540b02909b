import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { TooManyPrepared } from '#domain/locks/prepared-locks.ts'
import type { DeliveryRecord } from '#domain/notices/notice.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Sighting } from './alarm.ts'
import { weightSince } from './findings.ts'
import { seenAdvice } from './seen-advice.ts'

/** What a lock's word on one of its commands tells of the door. @param contradicted it had signed another outcome before */
export function wordSeen(
  { lockId, commandId: about, result, reason }: Pick<VerifiedAck, 'lockId' | 'commandId' | 'result' | 'reason'>,
  contradicted: boolean,
): readonly Sighting[] {
  const seen: Sighting[] = []
  if (contradicted) seen.push({ kind: 'lock-contradicts-itself', lockId, about, times: 1 })
  if (result === 'jammed') seen.push({ kind: 'lock-jammed', lockId, about, times: 1 })
  if (result === 'refused' && reason === 'battery') {
    seen.push({ kind: 'lock-refused-by-battery', lockId, about, times: 1 })
  }
  return seen
}

/** A lock is cut off for what it says. */
export const floodSeen = (lockId: LockId): Sighting => ({ kind: 'lock-floods', lockId, about: null, times: 1 })

/** Two clients take over one lock's name from each other, from these addresses. */
export function contestSeen(
  lockId: LockId,
  { takeovers, from, to }: { readonly takeovers: number; readonly from: string; readonly to: string },
): Sighting {
  // Behind one address there may be two devices, or one that loses its power again and again: nobody can tell from here.
  const advice =
    from === to
      ? seenAdvice('contested-from-one', { address: to })
      : seenAdvice('contested-from-two', { one: from, other: to })
  return { kind: 'lock-contested', lockId, about: null, times: takeovers, advice }
}

/** A program was refused to prepare a lock. @param by `organization:acme/api-key:…` */
export function preparedLocksFull({ of, limit }: TooManyPrepared, by: string): Sighting {
  const advice = seenAdvice(of === 'caller' ? 'prepared-by-one' : 'prepared-by-all', { by, limit: String(limit) })
  return { kind: 'prepared-locks-full', lockId: null, about: null, times: 1, advice }
}

const RECEIVERS_NAMED_MAX = 5

/** Messages reach these receivers no more; null for none of them. */
export function unreachedSeen(unreached: readonly DeliveryRecord[]): Sighting | null {
  if (unreached.length === 0) return null
  const names = unreached.map(({ recipient }) => recipient)
  const more = names.length > RECEIVERS_NAMED_MAX ? ` and ${names.length - RECEIVERS_NAMED_MAX} more` : ''
  const receivers = `${names.slice(0, RECEIVERS_NAMED_MAX).join(', ')}${more}`
  const advice = seenAdvice('nobody-told', { receivers })
  const weight = weightSince(Math.max(...unreached.map(({ givenUpAtMs }) => givenUpAtMs ?? 0)))
  return { kind: 'nobody-told', lockId: null, about: null, times: 1, weight, advice }
}
