import type { LockId, SiteId } from '#protocol/ids.ts'
import { type LockTopic, lockTopic, OFFLINE_WILL, parseLockTopic, siteFilter } from '#protocol/topics.ts'

/** Who speaks, as proven by the connection itself: the gateway by its stream, a lock by its password. */
export type Party = { kind: 'gateway'; site: SiteId } | { kind: 'lock'; site: SiteId; lockId: LockId }

export interface Publication {
  topic: string
  qos: number
  retain: boolean
}

/** A refusal closes the connection; a drop is acknowledged, counted and goes nowhere. */
export type PublishDecision =
  | { kind: 'allowed' }
  | { kind: 'dropped'; reason: PublishDropReason }
  | { kind: 'refused'; reason: 'foreign-topic' | 'not-qos-1' | 'retained' }
export type PublishDropReason = 'retained' | 'not-qos-1'

const ALLOWED: PublishDecision = { kind: 'allowed' }

/**
 * Inside its own topics a lock is never answered with an error: a QoS 1 client would come back with the same message
 * for ever. Anything but QoS 1 unretained is thrown away there, as PROTOCOL.md says, and the log tells the firmware
 * author. To a lock, aedes loses a QoS 1 message that a QoS 0 message overtakes: so the gateway is held to QoS 1 as well.
 */
export function publishDecision(party: Party, publication: Publication): PublishDecision {
  const topic = parseLockTopic(publication.topic)
  if (topic === null || !mayPublish(party, topic)) return { kind: 'refused', reason: 'foreign-topic' }
  const flaw = publication.retain ? 'retained' : publication.qos !== 1 ? 'not-qos-1' : null
  if (flaw === null) return ALLOWED
  // The gateway's own mistake must not look like a command that was accepted.
  return party.kind === 'gateway' ? { kind: 'refused', reason: flaw } : { kind: 'dropped', reason: flaw }
}

function mayPublish(party: Party, topic: LockTopic): boolean {
  if (topic.site !== party.site) return false
  return party.kind === 'gateway' ? topic.kind === 'command' : topic.kind !== 'command' && topic.lockId === party.lockId
}

/** Exact filters only: no wildcard but the gateway's own three. */
export function maySubscribe(party: Party, filter: string): boolean {
  if (party.kind === 'lock') return filter === lockTopic(party.site, party.lockId, 'command')
  return (
    filter === siteFilter(party.site, 'ack') ||
    filter === siteFilter(party.site, 'event') ||
    filter === siteFilter(party.site, 'presence')
  )
}

/** The last look before a message leaves: whatever subscription let it come here, only these topics go on. */
export function mayReceive(party: Party, topic: string): boolean {
  if (party.kind === 'lock') return topic === lockTopic(party.site, party.lockId, 'command')
  const parsed = parseLockTopic(topic)
  return parsed !== null && parsed.site === party.site && parsed.kind !== 'command'
}

export interface Will {
  topic: string
  payload: string
}

/** An unsigned message that others read can only say "offline", and only about its own lock. */
export const mayLeaveWill = (site: SiteId, lockId: LockId, will: Will): boolean =>
  will.topic === lockTopic(site, lockId, 'presence') && will.payload === OFFLINE_WILL
