import type { Site } from '#http/contract/http-deps.ts'
import type { SceneName } from '#http/pages/guest/scenes.ts'
import type { GuestWords } from '#http/words/guest-words.ts'
import type { TempKeyUuid } from '#protocol/ids.ts'
import type { DoorGuide } from './door-guide.ts'
import type { Html } from './html.ts'

/** What to do next. `open` acts; `quiet` where it is not what most people want, or not what helps. */
export type Control = (
  | { readonly kind: 'open'; readonly action: string; readonly label: string }
  | { readonly kind: 'hand-over'; readonly handle: string; readonly state: string; readonly label: string }
  | { readonly kind: 'link'; readonly href: string; readonly label: string }
) & { readonly quiet?: boolean }

/** What lets the script follow a page that may change; without scripts a link does. */
export interface Changes {
  /** Where the page is got again. */
  readonly self: string
  /** The key's own path, which tells in JSON whether anything changed, and what this page shows of it. */
  readonly key: string
  readonly shows: string
  readonly checkEveryS: number | null
  /** The opening to follow, in the state that this page shows. */
  readonly opening: { readonly openingId: string; readonly state: string } | null
  /** Elapsed: when what this page says ends by itself. */
  readonly changesInMs: number | null
}

export interface Fact {
  readonly label: string
  readonly value: Html | string
}

/** What a guest sees: one thing that is so, in words and a picture, and at most one big thing to do. */
export interface GuestPage {
  readonly site: Site
  readonly words: GuestWords
  /** The address that shows this page again, in another language too; null where none does. */
  readonly here: string | null
  readonly scene: SceneName
  /** Sentences before the scene's own. */
  readonly said: readonly string[]
  /** And behind it. */
  readonly after: readonly string[]
  /** The door's name; null when the caller may not know it. */
  readonly door: string | null
  /** Shown with the door's name, or not at all. */
  readonly guide: DoorGuide
  readonly facts: readonly Fact[]
  readonly countdown: { readonly label: string; readonly leftMs: number } | null
  readonly control: Control | null
  /** Nothing on the page can help as much as a call: the number is the big thing to do. */
  readonly callLeads: boolean
  /** Only where no scripts run: with them, the page changes by itself. */
  readonly plainLink: { readonly href: string; readonly label: string } | null
  /** Six characters that staff can search for. */
  readonly code: string
  readonly changes: Changes | null
  /** Without scripts the page is got again after so many seconds; null for never. */
  readonly refresh: { readonly afterS: number; readonly href: string } | null
  /** The key whose page a person signs out on; null when nobody is signed in here. */
  readonly signedInFor: TempKeyUuid | null
  /** What an app that shows this page posts together with its own token; null where nobody signs in. */
  readonly signInState: string | null
}
