/** The store failed to do what was asked: a technical fault, never a verdict such as "key revoked". */
export class StoreFault extends Error {
  override readonly name = 'StoreFault'
  /**
   * True when nobody knows whether the change is stored: the writer died, or the disk failed during the commit or has
   * not answered yet. False: it is not stored. When true, read again whatever memory holds of what was to be changed.
   */
  readonly mayBeStored: boolean

  constructor(message: string, { mayBeStored = false, ...options }: ErrorOptions & { mayBeStored?: boolean } = {}) {
    super(message, options)
    this.mayBeStored = mayBeStored
  }
}
