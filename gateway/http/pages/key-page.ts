import type { Opening } from '#domain/opening.ts'
import { holdsUse } from '#domain/opening.ts'
import type { TempKey, TempKeyStatus } from '#domain/temp-key.ts'
import type { Site } from '#http/http-deps.ts'
import type { Reason } from '#http/reasons.ts'
import type { TempKeyView } from '#http/temp-key-view.ts'
import { READY, sentenceOfLockReason, type Words, wordsOfReason, wordsOfState } from './guest-words.ts'
import { renderPage } from './layout.ts'
import { clockTime, dateAndTime } from './site-time.ts'

/** What came of the tap that the page is shown after; null when it is just looked at. */
export type Attempt = { readonly opening: Opening } | { readonly reason: Reason } | null

/** A page that waits for a lock asks again by itself, but not for ever: a phone may lie about for days. */
const REFRESH_AFTER_S = 4
const REFRESH_FOR_MS = 3 * 60_000

const REASON_OF_STATUS = {
  revoked: 'key-revoked',
  'not-yet-valid': 'key-not-yet-valid',
  expired: 'key-expired',
  'used-up': 'key-used-up',
} as const satisfies Record<Exclude<TempKeyStatus, 'valid'>, Reason>

/** The guest's page of one key. The caller has made sure that whoever asks may see it. */
export function keyPage(site: Site, view: TempKeyView, attempt: Attempt, nowMs: number, requestId: string): string {
  const opening = openingToTell(view, attempt)
  const { tone, headline, text } = wordsFor(view, attempt, opening)
  const openable = view.status === 'valid' && view.lockOnline && opening?.state !== 'reserved'
  const self = `/temp-keys/${view.key.uuid}`
  const selfWithOpening = opening === null ? self : `${self}?opening=${opening.openingId}`
  const waiting = opening !== null && holdsUse(opening.state)
  const mayChange = !openable && (view.status === 'valid' || view.status === 'not-yet-valid')
  return renderPage({
    site,
    tone,
    headline,
    text: [...openingSentences(opening, site), text],
    door: view.lockName,
    facts: factsOf(site, view),
    button: openable ? { action: `${self}/open`, label: buttonLabel(attempt, opening) } : null,
    link: waiting || mayChange ? { href: waiting ? selfWithOpening : self, label: 'Look again' } : null,
    refreshAfterS: waiting && nowMs - opening.startedAtMs < REFRESH_FOR_MS ? REFRESH_AFTER_S : null,
    requestId: tone === 'bad' ? requestId : null,
  })
}

/** An attempt whose end nobody knows is told also to whoever just looks. */
function openingToTell(view: TempKeyView, attempt: Attempt): Opening | null {
  if (attempt !== null) return 'opening' in attempt ? attempt.opening : null
  return view.latestOpening !== null && holdsUse(view.latestOpening.state) ? view.latestOpening : null
}

function wordsFor(view: TempKeyView, attempt: Attempt, opening: Opening | null): Words {
  if (opening !== null) return wordsOfState(opening.state)
  if (attempt !== null && 'reason' in attempt) return wordsOfReason(attempt.reason)
  if (view.status !== 'valid') return wordsOfReason(REASON_OF_STATUS[view.status])
  return view.lockOnline ? READY : wordsOfReason('lock-offline')
}

function openingSentences(opening: Opening | null, site: Site): string[] {
  if (opening === null) return []
  if (opening.state === 'opened') {
    return [`Opened at ${clockTime(opening.settledAtMs ?? opening.startedAtMs, site.timeZone)}.`]
  }
  if (opening.state === 'reserved') return []
  if (holdsUse(opening.state) || opening.state === 'charged') {
    return [`Asked at ${clockTime(opening.startedAtMs, site.timeZone)}.`]
  }
  const isLocksOwn = opening.state === 'refused' || opening.state === 'not-opened'
  return isLocksOwn && opening.reason !== null ? [sentenceOfLockReason(opening.reason)] : []
}

function buttonLabel(attempt: Attempt, opening: Opening | null): string {
  if (opening?.state === 'opened') return 'Open again'
  return attempt === null && opening === null ? 'Open' : 'Try again'
}

function factsOf(site: Site, { key, status }: TempKeyView): { label: string; value: string }[] {
  const window = [
    { label: 'Valid from', value: dateAndTime(key.validFromMs, site.timeZone) },
    { label: 'Valid until', value: dateAndTime(key.validUntilMs, site.timeZone) },
  ]
  return status === 'revoked' || status === 'expired'
    ? window
    : [...window, { label: 'Uses left', value: usesLeft(key) }]
}

function usesLeft({ maxUses, usedCount, heldCount }: TempKey): string {
  if (maxUses === null) return 'no limit'
  const left = `${Math.max(0, maxUses - usedCount - heldCount)} of ${maxUses}`
  return heldCount > 0 ? `${left} (${heldCount} not confirmed)` : left
}
