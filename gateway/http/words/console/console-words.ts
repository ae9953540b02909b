import type { StaffRole } from '#domain/access/roles.ts'
import type { Plural } from '#http/words/guest-words.ts'
import type { AlarmsWords } from './alarms-words.ts'
import type { OneDoorWords } from './door/one-door-words.ts'
import type { DoorsWords } from './doors-words.ts'
import type { HealthWords } from './health-words.ts'
import type { KeysWords } from './keys-words.ts'
import type { LogWords } from './log-words.ts'

import type { SignInWords } from './sign-in-words.ts'

export const CONSOLE_LANGUAGES = ['en', 'de'] as const
export type ConsoleLanguage = (typeof CONSOLE_LANGUAGES)[number]

/** What stands around every page. */
export interface FrameWords {
  readonly skip: string
  readonly pages: string
  /** Names what stands between the head and the page. */
  readonly notices: string
  readonly doors: string
  readonly keys: string
  readonly alarms: string
  readonly log: string
  readonly health: string
  readonly roles: Readonly<Record<StaffRole, string>>
  readonly signOut: string
  readonly language: string
  /** The page follows what happens; its connection is lost, or the sign-in has ended. `{time}` is replaced by the script. */
  readonly live: string
  readonly lost: string
  readonly ended: string
  readonly signInAgain: string
  /** Something below is new, but somebody is writing there. */
  readonly changed: string
  readonly show: string
  readonly standing: Plural
  /** Before the name of what is muted. */
  readonly muted: string
  readonly mutedSite: string
  readonly until: string
  readonly manyMutes: Plural
  readonly seeMutes: string
  readonly unknown: string
  /** Who did something there, and gave no name. */
  readonly commandLine: string
  readonly none: string
  readonly newest: string
  readonly older: string
}

/** What forms say alike. */
export interface FormWords {
  readonly wrongFields: Plural
  readonly missing: string
  readonly tooLong: (max: number) => string
  /** Somebody else changed it since the page was made. */
  readonly stale: string
  readonly notAllowed: string
  readonly failed: string
  readonly cancel: string
}

/** One language of the console, whole: what is missing does not compile. */
export interface ConsoleWords {
  readonly language: ConsoleLanguage
  /** BCP 47, for the page and for dates, times and numbers. */
  readonly tag: string
  readonly locale: string
  /** What its own people call it. */
  readonly name: string
  readonly frame: FrameWords
  readonly form: FormWords
  readonly signIn: SignInWords
  readonly doors: DoorsWords
  readonly keys: KeysWords
  readonly oneDoor: OneDoorWords
  readonly alarms: AlarmsWords
  readonly log: LogWords
  readonly health: HealthWords
}
