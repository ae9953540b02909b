import { type LockId, parseLockId, parseSiteId, type SiteId } from './ids.ts'

/** The only downlink is `command`; the other three are the lock's own. */
export const LOCK_TOPIC_KINDS = ['command', 'ack', 'event', 'presence'] as const
export type LockTopicKind = (typeof LOCK_TOPIC_KINDS)[number]
export type UplinkTopicKind = Exclude<LockTopicKind, 'command'>

export interface LockTopic {
  site: SiteId
  lockId: LockId
  kind: LockTopicKind
}

export const lockTopic = (site: SiteId, lockId: LockId, kind: LockTopicKind): string =>
  `latchkey/v1/${site}/${lockId}/${kind}`

/** What the gateway subscribes to: one kind of uplink of all locks of its site. */
export const siteFilter = (site: SiteId, kind: UplinkTopicKind): string => `latchkey/v1/${site}/+/${kind}`

const isKind = (text: string): text is LockTopicKind => LOCK_TOPIC_KINDS.some((kind) => kind === text)

/** Null for anything that `lockTopic` would not have written to the letter. */
export function parseLockTopic(topic: string): LockTopic | null {
  const [root, version, siteText, lockText, kind, ...rest] = topic.split('/')
  if (root !== 'latchkey' || version !== 'v1' || rest.length > 0) return null
  if (siteText === undefined || lockText === undefined || kind === undefined || !isKind(kind)) return null
  const site = parseSiteId(siteText)
  const lockId = parseLockId(lockText)
  return site === null || lockId === null ? null : { site, lockId, kind }
}

/** The MQTT user name and, to the letter, the client id of a lock: `lock-17`. */
export const lockUserName = (lockId: LockId): string => `lock-${lockId}`

export const parseLockUserName = (userName: string): LockId | null =>
  userName.startsWith('lock-') ? parseLockId(userName.slice('lock-'.length)) : null

/** `iss` and `aud` of the gateway's side. */
export const gatewayName = (site: SiteId): string => `${site}/gateway`
/** `iss` and `aud` of a lock's side. */
export const lockName = (site: SiteId, lockId: LockId): string => `${site}/${lockId}`

/** The payload of a lock's MQTT will on its `presence` topic: unsigned, and able to say only this. */
export const OFFLINE_WILL = 'offline'
