import type { Socket } from 'node:net'
import type { ViolationReason } from './broker-counters.ts'
import type { BrokerLimits } from './broker-limits.ts'
import { FrameLimiter } from './frame-limiter.ts'
import { RateCap } from './rate-cap.ts'

/**
 * Puts the limits in front of aedes, which would collect a packet of any length and takes bytes by `read` alone. A
 * stream in between would cost each connected lock some kilobytes; this costs some hundred bytes.
 */
export function guardRead(socket: Socket, limits: BrokerLimits, onViolation: (reason: ViolationReason) => void): void {
  const limiter = new FrameLimiter(limits.connectPacketMaxBytes, limits.packetMaxBytes)
  const rate = new RateCap(limits.packetsPerSecond, performance.now())
  const read = socket.read

  socket.read = (size?: number): unknown => {
    const chunk: unknown = read.call(socket, size)
    if (!(chunk instanceof Uint8Array)) return chunk
    const before = limiter.packets
    const violation = limiter.scan(chunk)
    if (violation === null && rate.take(limiter.packets - before, performance.now())) return chunk
    onViolation(violation ?? 'packet-flood')
    return null
  }
}
