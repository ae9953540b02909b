/** What both ends of the wire know of protocol v1 without reading a message. PROTOCOL.md tells the reason of each. */

/** Largest whole MQTT PUBLISH packet, fixed header and topic included, in bytes. */
export const PACKET_MAX_BYTES = 1_024
/** How long a bolt is held back, in whole seconds. */
export const PULSE_MIN_S = 3
export const PULSE_MAX_S = 30
/** A lock refuses a deadline further away than this. */
export const DEADLINE_MAX_AHEAD_S = 12
/** A lock's crystal may be so much slow or fast: so many of its own seconds pass at least, and at most, in one of ours. */
export const SLOWEST_CRYSTAL = 0.95
export const FASTEST_CRYSTAL = 1.05
/** How many acks one receipt may name. */
export const RECEIPT_MAX_ACKS = 16

export const ACK_RESULTS = ['opened', 'refused', 'jammed', 'reset', 'not-executed'] as const
export type AckResult = (typeof ACK_RESULTS)[number]
export const DOOR_STATES = ['open', 'closed', 'unknown'] as const
export type DoorState = (typeof DOOR_STATES)[number]
/** Refusals that a fresh command can answer: the lock is willing, the command was stale. */
export const FRESHNESS_REASONS = ['other-boot', 'deadline-passed', 'deadline-too-far', 'counter'] as const
