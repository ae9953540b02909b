import type { SceneName } from '#http/pages/guest/scenes.ts'

/** The reasons of PROTOCOL.md that a guest can make something of. */
export type LockReason = 'privacy' | 'lockdown' | 'battery' | 'busy' | 'not-executed'

/** One language of the guest's pages, whole: what is missing does not compile. */
export interface GuestWords {
  readonly language: string
  /** How dates and times are written, BCP 47. */
  readonly locale: string
  readonly scenes: Readonly<Record<SceneName, { readonly headline: string; readonly text: string }>>
  readonly lockReasons: Readonly<Record<LockReason, string>>
  /** A lock may have reasons of its own; people read them as they are. */
  readonly lockSays: (reason: string) => string
  readonly openedAt: (time: string) => string
  readonly askedAt: (time: string) => string
  readonly door: string
  readonly validFrom: string
  readonly validUntil: string
  readonly usesLeft: string
  readonly usesOf: (left: number, max: number) => string
  readonly noLimit: string
  readonly notConfirmed: (held: number) => string
  readonly opensIn: string
  /** Days, hours, minutes, seconds, as they stand behind a number. */
  readonly units: readonly [string, string, string, string]
  readonly open: string
  readonly openAgain: string
  readonly tryAgain: string
  readonly lookAgain: string
  readonly backToKey: string
  readonly signIn: string
  /** Where no link leads to a sign-in. */
  readonly signInByApp: string
  readonly signOut: string
  readonly goOn: string
  /** What a screen reader says for the number, which stands in it. */
  readonly call: (phone: string) => string
  readonly code: string
  /** Stands before directions. */
  readonly wayToDoor: string
  /** Read out in place of a photo. */
  readonly pictureOf: (door: string) => string
}
