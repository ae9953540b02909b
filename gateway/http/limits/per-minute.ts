import { LruMap } from 'toad-cache'

const WINDOW_MS = 60_000
/** Names that are remembered at once; the longest unseen is forgotten first. */
const REMEMBERED_MAX = 10_000

interface Window {
  readonly beganMs: number
  count: number
}

/** Counts by name what may be done so often a minute. Its user says what is counted: only what went wrong, say. */
export class PerMinute {
  readonly #windows = new LruMap<Window>(REMEMBERED_MAX)
  readonly #max: number
  readonly #monotonicMs: () => number

  /** @param monotonicMs elapsed time that never steps */
  constructor(max: number, monotonicMs: () => number) {
    this.#max = max
    this.#monotonicMs = monotonicMs
  }

  /** The whole seconds after which it may be done again; null when it may be done now. */
  waitS(name: string): number | null {
    const window = this.#present(name)
    if (window === null || window.count < this.#max) return null
    return Math.max(1, Math.ceil((window.beganMs + WINDOW_MS - this.#monotonicMs()) / 1_000))
  }

  count(name: string): void {
    const window = this.#present(name)
    if (window === null) this.#windows.set(name, { beganMs: this.#monotonicMs(), count: 1 })
    else window.count += 1
  }

  #present(name: string): Window | null {
    const window = this.#windows.get(name)
    return window === undefined || this.#monotonicMs() - window.beganMs >= WINDOW_MS ? null : window
  }
}
