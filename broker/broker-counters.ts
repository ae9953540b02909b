import type { ConnectFlaw } from './access/authenticate.ts'
import type { PublishDropReason } from './access/authorize.ts'

/** Never let in. */
export type RefusalReason = ConnectFlaw | 'connections-full' | 'address-full' | ViolationReason
/** Let in, then ended by the broker or with an error. A lock that just went away is `gone`. */
export type EndReason =
  | ViolationReason
  | 'foreign-topic'
  | 'taken-over'
  | 'credential-changed'
  | 'cut-off'
  | 'keepalive-timeout'
  | 'drain-timeout'
  | 'broker-closed'
  | 'gone'
export type ViolationReason = 'not-mqtt' | 'packet-too-large' | 'packet-flood' | 'protocol-error' | 'handshake-timeout'
export type DropReason = PublishDropReason | 'over-rate'

/** Whole numbers since the start, but for `connected`: locks connected now. */
export interface BrokerCounters {
  connected: number
  accepted: number
  /** Connections that took the place of an older one of the same lock. */
  takeovers: number
  /** How often two clients were seen to fight over one lock's id. */
  contested: number
  refusedSubscriptions: number
  refused: Record<RefusalReason, number>
  ended: Record<EndReason, number>
  /** Publications acknowledged to the lock and given to nobody. */
  dropped: Record<DropReason, number>
}

const NO_VIOLATIONS = {
  'not-mqtt': 0,
  'packet-too-large': 0,
  'packet-flood': 0,
  'protocol-error': 0,
  'handshake-timeout': 0,
}

export const newBrokerCounters = (): BrokerCounters => ({
  connected: 0,
  accepted: 0,
  takeovers: 0,
  contested: 0,
  refusedSubscriptions: 0,
  refused: {
    ...NO_VIOLATIONS,
    'protocol-version': 0,
    anonymous: 0,
    'client-name': 0,
    keepalive: 0,
    will: 0,
    'unknown-lock': 0,
    'wrong-password': 0,
    'credential-unreadable': 0,
    'connections-full': 0,
    'address-full': 0,
    'cut-off': 0,
  },
  ended: {
    ...NO_VIOLATIONS,
    'foreign-topic': 0,
    'taken-over': 0,
    'credential-changed': 0,
    'cut-off': 0,
    'keepalive-timeout': 0,
    'drain-timeout': 0,
    'broker-closed': 0,
    gone: 0,
  },
  dropped: { retained: 0, 'not-qos-1': 0, 'over-rate': 0 },
})
