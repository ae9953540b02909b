import type { RuleOutcome } from '#domain/openings/why-not.ts'
import type { AccessMode, TempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import type { Plural } from '#http/words/guest-words.ts'

/** The pages of keys. */
export interface KeysWords {
  readonly title: string
  readonly newKey: string
  readonly all: string
  readonly search: string
  readonly searchHint: string
  readonly state: string
  readonly anyState: string
  readonly states: Readonly<Record<TempKeyStatus, string>>
  /** In front of the state that it will have, and of when. */
  readonly next: string
  readonly nothingByItself: string
  readonly for: string
  readonly uses: string
  readonly usesOf: (used: number, max: number | null) => string
  readonly held: (count: number) => string
  readonly numbered: (number: number) => string
  readonly none: string
  readonly noneHint: string
  readonly noneFound: string
  readonly lookFurther: string
  readonly noSuchLink: string
  /** One key. */
  readonly from: string
  readonly until: string
  readonly mode: string
  readonly modes: Readonly<Record<AccessMode, string>>
  readonly users: string
  /** In front of whoever made it. */
  readonly madeBy: string
  readonly made: string
  readonly link: string
  readonly linkHint: string
  readonly qrOf: (door: string) => string
  readonly message: string
  readonly noLink: string
  readonly outOfReach: string
  readonly hiddenLink: string
  readonly over: string
  readonly history: string
  readonly noHistory: string
  readonly wholeHistory: string
  readonly back: string
  /** Why it opens, or does not. */
  readonly why: string
  readonly opens: string
  /** In front of what is against it. */
  readonly opensNot: string
  readonly rulesLink: string
  readonly rule: string
  readonly decides: string
  readonly changes: string
  readonly passes: string
  readonly fails: string
  readonly rules: Readonly<Record<RuleOutcome, string>>
  readonly whoRule: string
  readonly nobody: string
  readonly afterSignIn: string
  readonly notRevoked: string
  readonly running: string
  readonly ending: string
  readonly clockGood: string
  readonly clockBad: string
  readonly inService: string
  readonly notByItself: string
  /** Making and changing. */
  readonly doors: string
  readonly doorsHint: string
  readonly note: string
  readonly noteHint: string
  readonly zone: string
  readonly maxUses: string
  readonly maxUsesHint: string
  readonly usersHint: string
  readonly create: string
  readonly created: string
  readonly manyCreated: Plural
  readonly noDoors: string
  readonly change: string
  readonly save: string
  readonly changed: string
  readonly unchanged: string
  readonly changedMeanwhile: string
  readonly revokedMeanwhile: string
  readonly formUsed: string
  readonly chooseDoor: string
  readonly tooManyDoors: (max: number) => string
  readonly doorGone: (door: string) => string
  readonly badTime: string
  readonly skippedTime: (before: string, after: string) => string
  readonly repeatedTime: (first: string, second: string) => string
  readonly which: string
  readonly untilBeforeFrom: string
  readonly isOver: string
  readonly badUses: string
  readonly usersMissing: string
  readonly usersOfPublic: string
  readonly badUsers: string
  /** Revoking. */
  readonly revoke: string
  readonly revokeHint: string
  readonly revoked: string
  readonly alreadyRevoked: string
  readonly revokeMany: string
  readonly revokeTitle: string
  readonly wouldRevoke: Plural
  readonly ofDoors: Plural
  readonly revokeThem: Plural
  readonly manyRevoked: Plural
  readonly nothingToRevoke: string
  readonly sayWhich: string
  readonly tooMany: (max: number) => string
  readonly othersMeanwhile: string
  /** On paper. */
  readonly card: string
  readonly cards: string
  readonly print: string
  readonly printHint: string
  readonly noCards: string
  readonly tooManyCards: (max: number) => string
  readonly cardLanguage: string
  readonly guest: CardWords
}

/** What a guest reads on paper. */
export interface CardWords {
  readonly yourKey: string
  readonly how: string
  readonly from: string
  readonly until: string
  readonly way: string
  readonly call: string
  readonly signIn: string
}
