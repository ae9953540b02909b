/** What a client may cost. Every limit closes or drops something that is counted under its own name. */
export interface BrokerLimits {
  /** Largest CONNECT, fixed header included: all that a stranger can make the broker hold. */
  connectPacketMaxBytes: number
  /** Largest packet after CONNECT, fixed header included. */
  packetMaxBytes: number
  maxConnections: number
  /** Per remote address, /64 of IPv6; loopback is exempt, because a proxy or a simulator brings a whole site from there. */
  maxConnectionsPerAddress: number
  /** From TCP accept to the end of the MQTT handshake, password check included; a microcontroller’s TLS handshake alone takes seconds. */
  handshakeTimeoutMs: number
  /** How long one reader that stopped reading may hold up the others. */
  drainTimeoutMs: number
  /** A lock's keepalive is 1 … this: a dead connection is noticed after 1.5 times that, so 45 s. */
  keepaliveMaxS: number
  /** Per lock, with bursts of twice that. More is acknowledged and dropped. */
  publishesPerSecond: number
  /** Per lock, packets of any kind, with bursts of twice that. More closes the connection. */
  packetsPerSecond: number
  /** Per lock, with bursts of 20. More counts against it. */
  connectsPerSecond: number
  /** The same warning about the same lock is logged once in this time, with the number that was left out. */
  logIntervalMs: number
}

export const DEFAULT_BROKER_LIMITS: BrokerLimits = {
  connectPacketMaxBytes: 1_024,
  packetMaxBytes: 4_096,
  maxConnections: 12_000,
  maxConnectionsPerAddress: 1_000,
  handshakeTimeoutMs: 10_000,
  drainTimeoutMs: 3_000,
  keepaliveMaxS: 30,
  publishesPerSecond: 100,
  packetsPerSecond: 2_000,
  connectsPerSecond: 0.5,
  logIntervalMs: 10_000,
}
