import type { LockId, SiteId } from '#protocol/ids.ts'
import { type LockTopic, lockTopic, OFFLINE_WILL, parseLockTopic } from '#protocol/topics.ts'

/** Which lock speaks, as its password has proven. The gateway has a port of its own that can do nothing else. */
export interface Party {
  site: SiteId
  lockId: LockId
}

export interface Publication {
  topic: string
  qos: number
  retain: boolean
}

/** A refusal closes the connection; a drop is acknowledged, counted and goes nowhere. */
export type PublishDecision =
  | { kind: 'allowed' }
  | { kind: 'dropped'; reason: PublishDropReason }
  | { kind: 'refused'; reason: 'foreign-topic' }
export type PublishDropReason = 'retained' | 'not-qos-1'

const ALLOWED: PublishDecision = { kind: 'allowed' }

/**
 * Inside its own topics a lock is never answered with an error: a QoS 1 client would come back with the same message
 * for ever. Anything but QoS 1 unretained is thrown away there, as PROTOCOL.md says, and the log tells the firmware
 * author.
 */
export function publishDecision(party: Party, publication: Publication): PublishDecision {
  const topic = parseLockTopic(publication.topic)
  if (topic === null || !mayPublish(party, topic)) return { kind: 'refused', reason: 'foreign-topic' }
  const flaw = publication.retain ? 'retained' : publication.qos !== 1 ? 'not-qos-1' : null
  return flaw === null ? ALLOWED : { kind: 'dropped', reason: flaw }
}

function mayPublish(party: Party, topic: LockTopic): boolean {
  return topic.site === party.site && topic.lockId === party.lockId && topic.kind !== 'command'
}

/** One exact filter, no wildcard. */
export const maySubscribe = (party: Party, filter: string): boolean =>
  filter === lockTopic(party.site, party.lockId, 'command')

/** The last look before a message leaves: whatever subscription let it come here, only these topics go on. */
export const mayReceive = (party: Party, topic: string): boolean =>
  topic === lockTopic(party.site, party.lockId, 'command')

export interface Will {
  topic: string
  payload: string
}

/** An unsigned message that others read can only say "offline", and only about its own lock. */
export const mayLeaveWill = (site: SiteId, lockId: LockId, will: Will): boolean =>
  will.topic === lockTopic(site, lockId, 'presence') && will.payload === OFFLINE_WILL
