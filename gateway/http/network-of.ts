import { isIPv4, isIPv6 } from 'node:net'

/**
 * What one caller can be held by: its IPv4 address, or the /64 of its IPv6 address, of which every home and phone has a
 * whole one. Null without an address: a Unix socket.
 */
export function networkOf(address: string | undefined): string | null {
  if (address === undefined) return null
  const plain = address.split('%', 1)[0] ?? ''
  const mapped = /^::ffff:(.+)$/i.exec(plain)?.[1]
  if (mapped !== undefined && isIPv4(mapped)) return mapped
  return isIPv6(plain) ? firstGroups(plain) : plain
}

function firstGroups(address: string): string {
  const [head = '', tail] = address.split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - first.length - last.length
  const groups = [...first, ...Array.from({ length: missing }, () => '0'), ...last].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
