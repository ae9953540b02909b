/** So much of one turn of the event loop goes to beginning requests; locks, answers and the store want theirs, too. */
const BEGINS_FOR_MAX_MS = 10
/** While newcomers stand at the door: each turn of the loop takes only some of them in. */
const BEGINS_FOR_MS_WITH_NEWCOMERS = 2

/** Something that can begin the next request of one connection. */
export interface Beginner {
  /** Whose requests take turns with each other: null for the Unix socket. */
  readonly network: string | null
  begin(): void
}

/**
 * Lets requests begin at once as long as this turn of the event loop is short, and the others in later turns: one request
 * of a network, then one of the next. However many come in one moment, the loop turns, and no network waits for all that
 * another one has asked.
 */
export class Turns {
  readonly #nowMs: () => number
  /** In the order in which they are served; a network that was served goes to the end. */
  readonly #waiting = new Map<string | null, Set<Beginner>>()
  /** Since when requests have been begun in this turn, elapsed ms; null until one is. */
  #sinceMs: number | null = null
  #hasNewcomers = false

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Somebody has come in this turn, and others may stand behind him. */
  newcomer(): void {
    this.#hasNewcomers = true
    // Sees to it that this turn has an end.
    this.#isShort()
  }

  /** False when it must wait: `add` it then. */
  mayBegin(): boolean {
    if (this.#waiting.size > 0) return false
    return this.#isShort()
  }

  /** Calls it once, in a later turn. */
  add(beginner: Beginner): void {
    const ofNetwork = this.#waiting.get(beginner.network)
    if (ofNetwork === undefined) this.#waiting.set(beginner.network, new Set([beginner]))
    else ofNetwork.add(beginner)
    // Sees to it that this turn has an end.
    this.#isShort()
  }

  remove(beginner: Beginner): void {
    const ofNetwork = this.#waiting.get(beginner.network)
    if (ofNetwork === undefined) return
    ofNetwork.delete(beginner)
    if (ofNetwork.size === 0) this.#waiting.delete(beginner.network)
  }

  #isShort(): boolean {
    const nowMs = this.#nowMs()
    if (this.#sinceMs === null) {
      this.#sinceMs = nowMs
      setImmediate(() => this.#nextTurn())
    }
    return nowMs < this.#sinceMs + (this.#hasNewcomers ? BEGINS_FOR_MS_WITH_NEWCOMERS : BEGINS_FOR_MAX_MS)
  }

  #nextTurn(): void {
    this.#sinceMs = null
    while (this.#waiting.size > 0 && this.#isShort()) {
      const [next] = this.#waiting
      if (next === undefined) return
      const [network, beginners] = next
      const [beginner] = beginners
      this.#waiting.delete(network)
      if (beginner === undefined) continue
      beginners.delete(beginner)
      if (beginners.size > 0) this.#waiting.set(network, beginners)
      beginner.begin()
    }
    this.#hasNewcomers = false
  }
}
