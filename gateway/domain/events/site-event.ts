import type { EventData } from './events.ts'

/** What happened at the site and at no one lock. */
export const SITE_EVENT_TYPES = ['LogRead'] as const
export type SiteEventType = (typeof SITE_EVENT_TYPES)[number]

export interface NewSiteEvent {
  readonly type: SiteEventType
  readonly atMs: number
  /** `by` is who did it, as `principalLabel` names him. Never a secret. */
  readonly data: EventData
}

/** In its place among the events of locks: after the one that was the newest when it was stored. */
export interface SiteEvent extends NewSiteEvent {
  /** Ascending, without a gap. */
  readonly id: number
  readonly afterSeq: number
}
