import { isIPv6 } from 'node:net'
import { Address6 } from 'ip-address'

/** What one device can be held by: its IPv4 address, or the /64 of its IPv6 address, of which each has a whole one. */
export function networkOf(address: string): string {
  const plain = address.split('%', 1)[0] ?? ''
  if (!isIPv6(plain)) return plain
  const parsed = new Address6(plain)
  return parsed.is4() ? parsed.to4().correctForm() : `${new Address6(`${plain}/64`).startAddress().correctForm()}/64`
}
