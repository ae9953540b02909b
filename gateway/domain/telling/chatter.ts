const AGAIN_WITHIN_MS = 3_600_000
const QUIET_FOR_MS = 2 * 3_600_000

interface Changes {
  readonly raisedMs: number
  readonly changedMs: number
  readonly isLatched: boolean
  /** Which of its kind and lock it is. */
  readonly episode: number
  readonly stands: boolean
}

/** Which alarms come again and again: a second time within an hour, and until they have been quiet for two. */
export class Chatter {
  readonly #changes = new Map<string, Changes>()

  /**
   * @param episode tells one alarm of this name from the next
   * @param atMs desk time, no earlier than that of the call before
   */
  raised(name: string, episode: number, atMs: number): void {
    const before = this.#changes.get(name)
    if (before?.episode === episode) return
    const wasLatched = before?.isLatched === true && atMs - before.changedMs < QUIET_FOR_MS
    const isLatched = wasLatched || (before !== undefined && atMs - before.raisedMs <= AGAIN_WITHIN_MS)
    this.#changes.set(name, { raisedMs: atMs, changedMs: atMs, isLatched, episode, stands: true })
  }

  /** It came again and again before the time of which the history is known. */
  latch(name: string, episode: number, atMs: number): void {
    this.#changes.set(name, { raisedMs: atMs, changedMs: atMs, isLatched: true, episode, stands: true })
  }

  /** What has ended since, or stood before: all that is not among the names. */
  keepOnly(standing: { has(name: string): boolean }, atMs: number): void {
    for (const [name, changes] of this.#changes) {
      if (changes.stands && !standing.has(name)) {
        this.#changes.set(name, { ...changes, changedMs: atMs, stands: false })
      } else if (!changes.stands && atMs - changes.changedMs >= QUIET_FOR_MS) this.#changes.delete(name)
    }
  }

  ended(name: string, atMs: number): void {
    const before = this.#changes.get(name)
    if (before?.stands === true) this.#changes.set(name, { ...before, changedMs: atMs, stands: false })
  }

  isFlapping(name: string, atMs: number): boolean {
    const changes = this.#changes.get(name)
    return changes?.isLatched === true && atMs - changes.changedMs < QUIET_FOR_MS
  }

  /** Somebody works on this door: what it does meanwhile says nothing. */
  forget(name: string): void {
    this.#changes.delete(name)
  }
}
