/** The largest time that anything was stored at, UTC ms: by it the clock is judged, without a read for each tap. */
export class LastStoredTime {
  readonly #read: () => number
  #ms: number

  /** @param read as the store has it now */
  constructor(read: () => number) {
    this.#read = read
    this.#ms = read()
  }

  get ms(): number {
    return this.#ms
  }

  /** A change was stored at this time. */
  stored(atMs: number): void {
    this.#ms = Math.max(this.#ms, atMs)
  }

  /** A person's word may have taken earlier times back: takes what is stored. */
  readAgain(): void {
    this.#ms = this.#read()
  }
}
