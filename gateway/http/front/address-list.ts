import { BlockList, isIPv6 } from 'node:net'

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4')

/** A set of addresses and ranges (CIDR). */
export class AddressList {
  readonly #list = new BlockList()

  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address = '', bits] = entry.split('/')
      if (bits === undefined) this.#list.addAddress(address, familyOf(address))
      else this.#list.addSubnet(address, Number(bits), familyOf(address))
    }
  }

  /** An IPv4 address may come as IPv6 has it (`::ffff:192.0.2.7`). */
  has(address: string): boolean {
    return this.#list.check(address, familyOf(address))
  }
}
