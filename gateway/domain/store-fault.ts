/** The store could not do it. A fault, never an outcome. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault'
  /**
   * Nobody knows whether the change is stored: its writer died, the disk failed in the middle of its commit, or has not
   * answered yet. Otherwise it is not. Whoever holds something in memory that the change was about has to read it again.
   */
  readonly mayBeStored: boolean

  constructor(message: string, { mayBeStored = false, ...options }: ErrorOptions & { mayBeStored?: boolean } = {}) {
    super(message, options)
    this.mayBeStored = mayBeStored
  }
}
