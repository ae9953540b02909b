import type { Socket } from 'node:net'
import type { BrokerLimits } from '#broker/broker-limits.ts'
import { type PacketFlaw, packetFlaw } from './packet-flaw.ts'
import { type FrameViolation, PacketReader } from './packet-reader.ts'

export interface ReadGuard {
  /** False when these are more packets than the connection, or its lock, may send. */
  mayRead(packets: number): boolean
  /** The stream is lost; nothing of the chunk in which this came is read. */
  onViolation(reason: FrameViolation | PacketFlaw | 'packet-flood'): void
}

/**
 * Puts the rules in front of aedes, which would collect a packet of any length and takes bytes by `read` alone. A stream
 * in between would cost each connected lock some kilobytes; this costs some hundred bytes.
 */
export function guardRead(socket: Socket, limits: BrokerLimits, guard: ReadGuard): void {
  const reader = new PacketReader(limits.connectPacketMaxBytes, limits.packetMaxBytes, packetFlaw)
  const read = socket.read

  socket.read = (size?: number): unknown => {
    const chunk: unknown = read.call(socket, size)
    if (!(chunk instanceof Uint8Array)) return chunk
    const before = reader.packets
    const violation = reader.scan(chunk)
    if (violation === null && guard.mayRead(reader.packets - before)) return chunk
    guard.onViolation(violation ?? 'packet-flood')
    return null
  }
}
