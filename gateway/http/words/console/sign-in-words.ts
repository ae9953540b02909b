/** What whoever is outside reads, and whoever is turned away. */
export interface SignInWords {
  readonly title: string
  readonly code: string
  readonly codeHint: string
  readonly signIn: string
  /** A scanned link has brought the code. */
  readonly scanned: string
  readonly ended: string
  readonly signedOut: string
  /** Unknown, ended or removed, which nobody is told. */
  readonly wrong: string
  readonly wait: string
  readonly refusals: {
    readonly title: string
    readonly nothingHere: string
    readonly plainHttp: string
    readonly otherSite: string
    readonly tooMany: string
    readonly notStored: string
    readonly invalid: string
    /** Before a code that staff can search the log for. */
    readonly fault: string
    readonly back: string
  }
}
