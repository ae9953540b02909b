import { LruMap } from 'toad-cache'

const WINDOW_MS = 60_000
/** Networks that are remembered at once; the longest unseen is forgotten first. */
const REMEMBERED_MAX = 10_000
/** Failures of everybody together in a minute. Above, whoever failed once waits; whoever did not is judged as ever. */
const IN_ALL_MAX = 300

interface Window {
  readonly beganMs: number
  failures: number
}

/**
 * Holds back those who try access codes. One network that fails too often waits even with a good code, for otherwise it
 * could go on trying. Many networks together can't lock anybody out: a network without a failure is always judged.
 */
export class SignInBrake {
  readonly #ofNetwork = new LruMap<Window>(REMEMBERED_MAX)
  #inAll: Window = { beganMs: -Infinity, failures: 0 }
  readonly #perNetwork: number
  readonly #monotonicMs: () => number

  /** @param perNetwork failures of one network in a minute */
  constructor(perNetwork: number, monotonicMs: () => number) {
    this.#perNetwork = perNetwork
    this.#monotonicMs = monotonicMs
  }

  /** The whole seconds after which it is judged again; null when it is judged now. */
  waitS(network: string): number | null {
    const nowMs = this.#monotonicMs()
    const theirs = this.#present(this.#ofNetwork.get(network), nowMs)
    if (theirs === null) return null
    const isBusy = (this.#present(this.#inAll, nowMs)?.failures ?? 0) >= IN_ALL_MAX
    if (theirs.failures < (isBusy ? 1 : this.#perNetwork)) return null
    return Math.max(1, Math.ceil((theirs.beganMs + WINDOW_MS - nowMs) / 1_000))
  }

  /** Counts one of this network. */
  failed(network: string): void {
    const nowMs = this.#monotonicMs()
    const theirs = this.#present(this.#ofNetwork.get(network), nowMs) ?? { beganMs: nowMs, failures: 0 }
    theirs.failures += 1
    this.#ofNetwork.set(network, theirs)
    this.#inAll = this.#present(this.#inAll, nowMs) ?? { beganMs: nowMs, failures: 0 }
    this.#inAll.failures += 1
  }

  #present(window: Window | undefined, nowMs: number): Window | null {
    return window === undefined || nowMs - window.beganMs >= WINDOW_MS ? null : window
  }
}
