/** Whoever waits for the answer to a request. */
export interface WaitingCaller {
  /** False once nobody waits any more: the connection that the answer would leave by has closed. */
  isThere(): boolean | Promise<boolean>
}

/** All who wait for one attempt: those who joined it, and those who repeated a request that still runs. */
export class WaitingCallers implements WaitingCaller {
  readonly #callers: WaitingCaller[]

  constructor(first: WaitingCaller) {
    this.#callers = [first]
  }

  add(caller: WaitingCaller): void {
    this.#callers.push(caller)
  }

  /** True as long as one of them is there. */
  async isThere(): Promise<boolean> {
    // Not `for…of` over the list itself: somebody may join while one of them is asked.
    for (let at = 0; at < this.#callers.length; at += 1) {
      if (await this.#callers[at]?.isThere()) return true
    }
    return false
  }
}
