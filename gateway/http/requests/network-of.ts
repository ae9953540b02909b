import { isIPv6 } from 'node:net'
import { Address6 } from 'ip-address'

/**
 * What one caller can be held by: its IPv4 address, or the /64 of its IPv6 address, of which every home and phone has a
 * whole one. Null without an address: a Unix socket.
 */
export function networkOf(address: string | undefined): string | null {
  if (address === undefined) return null
  const plain = address.split('%', 1)[0] ?? ''
  if (!isIPv6(plain)) return plain
  const parsed = new Address6(plain)
  if (parsed.is4()) return parsed.to4().correctForm()
  return `${new Address6(`${plain}/64`).startAddress().correctForm()}/64`
}
