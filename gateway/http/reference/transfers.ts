import { networkOf } from '#http/requests/network-of.ts'

/** From here on a file is more than a kernel's buffers hold for any connection anyway. */
const LARGE_MIN_BYTES = 65_536
/** What a peer has not read the kernel keeps, up to 2 MB for each: about 100 MB in all. */
const IN_ALL_MAX = 48
/** Four people of one building, or of one proxy, who open the page at the same moment. */
const OF_ONE_NETWORK_MAX = 12

interface Connection {
  once(event: 'close', listener: () => void): unknown
}

/**
 * Large files on their way. Nobody can see what a peer has read of what the kernel took for it, so one counts until its
 * connection has closed; the answer announces that end.
 */
export class Transfers {
  readonly #perNetwork = new Map<string, number>()
  #inAll = 0

  /** Whether this file may be sent now, and whether the connection has to end with it. */
  begin(bytes: number, ip: string, connection: Connection): 'small' | 'last-of-its-connection' | 'too-many' {
    if (bytes < LARGE_MIN_BYTES) return 'small'
    const network = networkOf(ip) ?? 'here'
    const ofNetwork = this.#perNetwork.get(network) ?? 0
    if (this.#inAll >= IN_ALL_MAX || ofNetwork >= OF_ONE_NETWORK_MAX) return 'too-many'
    this.#count(network, 1)
    connection.once('close', () => this.#count(network, -1))
    return 'last-of-its-connection'
  }

  #count(network: string, by: 1 | -1): void {
    this.#inAll += by
    const ofNetwork = (this.#perNetwork.get(network) ?? 0) + by
    if (ofNetwork === 0) this.#perNetwork.delete(network)
    else this.#perNetwork.set(network, ofNetwork)
  }
}
