import type { LockReason } from '#http/pages/guest/lock-reasons.ts'
import type { SceneName } from '#http/pages/guest/scenes.ts'
import type { LanguageCode } from './language-codes.ts'

/** One text for each plural that the language has, with # for the number. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

/** One language of the guest's pages, whole: what is missing does not compile. */
export interface GuestWords {
  readonly language: LanguageCode
  /** As a page says which language it is in, BCP 47. */
  readonly tag: string
  readonly direction: 'ltr' | 'rtl'
  /** What its own people call it. */
  readonly name: string
  /** How dates, times and numbers are written, BCP 47. */
  readonly locale: string
  readonly scenes: Readonly<Record<SceneName, { readonly headline: string; readonly text: string }>>
  /** Said where scripts run, behind the text of an opening that is not confirmed. */
  readonly changesByItself: string
  /** Whole sentences, because another one stands before or behind them. */
  readonly lockReasons: Readonly<Record<LockReason, string>>
  /** A lock may have reasons of its own; people read them as they are. */
  readonly lockSays: (reason: string) => string
  /** Where another tap would be refused again: with a number to call, and without. */
  readonly callHelps: string
  readonly askHelps: string
  readonly door: string
  /** These stand before a value, and never in a sentence with it: no grammar binds them. */
  readonly validFrom: string
  readonly validUntil: string
  readonly openedAt: string
  readonly askedAt: string
  readonly usesLeft: string
  readonly usesOf: (left: number, max: number) => string
  readonly notConfirmed: Plural
  /** Before a time that is counted down. */
  readonly validIn: string
  readonly openFor: string
  readonly againIn: string
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
  /** Names the list of languages for a screen reader. */
  readonly languages: string
}
