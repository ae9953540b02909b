import { networkOf } from '#http/requests/network-of.ts'

export interface StreamBounds {
  /** Of one listener. */
  readonly inAll: number
  readonly ofOneHolder: number
  readonly ofOneNetwork: number
}

/** Whose a stream is: the credential or the opening that it hangs on, and the address that it goes to. */
export interface StreamHolder {
  readonly holder: string
  readonly ip: string
}

/**
 * Who may have a stream that goes on. Neither one holder nor one network gets all of them: credentials cost whoever can
 * make them nothing, and so do addresses of one network.
 */
export class StreamPlaces {
  readonly #bounds: StreamBounds
  readonly #perHolder = new Map<string, number>()
  readonly #perNetwork = new Map<string, number>()
  #inAll = 0

  constructor(bounds: StreamBounds) {
    this.#bounds = bounds
  }

  /** Gives the place back when it is called, however often; null when there is no place. */
  take({ holder, ip }: StreamHolder): (() => void) | null {
    // The Unix socket has no address.
    const network = networkOf(ip) ?? 'here'
    const { inAll, ofOneHolder, ofOneNetwork } = this.#bounds
    if (this.#inAll >= inAll) return null
    if ((this.#perHolder.get(holder) ?? 0) >= ofOneHolder) return null
    if ((this.#perNetwork.get(network) ?? 0) >= ofOneNetwork) return null
    const count = (by: 1 | -1) => {
      this.#inAll += by
      add(this.#perHolder, holder, by)
      add(this.#perNetwork, network, by)
    }
    count(1)
    let isTaken = true
    return () => {
      if (isTaken) count(-1)
      isTaken = false
    }
  }
}

function add(counts: Map<string, number>, of: string, by: 1 | -1): void {
  const count = (counts.get(of) ?? 0) + by
  if (count === 0) counts.delete(of)
  else counts.set(of, count)
}
