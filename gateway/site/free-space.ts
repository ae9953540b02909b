import { statfs } from 'node:fs/promises'

/** Room on the disk of a directory, as far as the last look tells. */
export class FreeSpace {
  readonly #directory: string
  #percent: number | null = null
  #isLooking = false

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Looks in the background, and answers what the look before found: a disk that hangs keeps nobody waiting. Null when nobody knows. */
  readonly percent = (): number | null => {
    if (!this.#isLooking) void this.#look()
    return this.#percent
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    try {
      const { blocks, bavail } = await statfs(this.#directory)
      this.#percent = blocks === 0 ? null : (100 * bavail) / blocks
    } catch {
      this.#percent = null
    } finally {
      this.#isLooking = false
    }
  }
}
