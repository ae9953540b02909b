import type { FastifyRequest } from 'fastify'
import { helpCodeOf, helpCodeOfRequest } from '#domain/openings/help-code.ts'
import type { Opening } from '#domain/openings/opening.ts'
import { holdsUse } from '#domain/openings/opening.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { Site } from '#http/contract/http-deps.ts'
import type { Reason } from '#http/contract/reasons.ts'
import type { DoorGuide } from '#http/pages/shared/door-guide.ts'
import type { Html } from '#http/pages/shared/html.ts'
import { type Changes, type Control, type GuestPage, renderPage } from '#http/pages/shared/layout.ts'
import { PLAIN } from '#http/pages/shared/plain-page.ts'
import { clockTime, dateAndTime } from '#http/pages/shared/site-time.ts'
import type { TempKeyView } from '#http/shapes/temp-key-view.ts'
import type { GuestWords, LockReason } from '#http/words/guest-words.ts'
import { wordsFor } from '#http/words/languages.ts'
import { pageOfReason, type SceneName, sceneOfState, sceneOfStatus } from './scenes.ts'

/** What came of the tap that the page is shown after; null when it is just looked at. */
export type Attempt = { readonly opening: Opening } | { readonly reason: Reason } | null

/** A page that waits for a lock asks again by itself, but not for ever: a phone may lie about for days. */
const REFRESH_AFTER_S = 4
const REFRESH_FOR_MS = 3 * 60_000
/** How often the script asks whether anything changed: where a door may soon open, and where it can be opened. */
const CHECK_SOON_S = 5
const CHECK_S = 30

interface Shown {
  readonly site: Site
  readonly view: TempKeyView
  readonly words: GuestWords
  readonly attempt: Attempt
  /** The one that the page tells of. */
  readonly opening: Opening | null
  readonly nowMs: number
}

/** The guest's page of one key. The caller has made sure that whoever asks may see it. */
export function keyPage(
  site: Site,
  view: TempKeyView,
  guide: DoorGuide,
  attempt: Attempt,
  nowMs: number,
  request: FastifyRequest,
): Html {
  const { key, lockName, status } = view
  const opening = openingToTell(view, attempt)
  const shown: Shown = { site, view, words: wordsFor(request), attempt, opening, nowMs }
  const scene = sceneOf(shown)
  const changes = changesOf(shown, scene)
  const waiting = opening !== null && holdsUse(opening.state)
  return renderPage({
    ...PLAIN,
    site,
    words: shown.words,
    scene,
    said: openingSentences(shown),
    door: lockName,
    guide,
    facts: factsOf(shown),
    countdownMs: status === 'not-yet-valid' && !waiting ? key.validFromMs - nowMs : null,
    ...controlsOf(shown, scene, changes),
    code: opening === null ? helpCodeOfRequest(request.id) : helpCodeOf(opening.openingId),
    changes,
    refreshAfterS: waiting && nowMs - opening.startedAtMs < REFRESH_FOR_MS ? REFRESH_AFTER_S : null,
    signedInFor: key.accessMode === 'user-whitelist' && request.sessionToken !== null ? key.uuid : null,
  })
}

/** An attempt whose end nobody knows is told also to whoever just looks. */
function openingToTell(view: TempKeyView, attempt: Attempt): Opening | null {
  if (attempt !== null) return 'opening' in attempt ? attempt.opening : null
  return view.latestOpening !== null && holdsUse(view.latestOpening.state) ? view.latestOpening : null
}

function sceneOf({ view, attempt, opening }: Shown): SceneName {
  if (opening !== null) return sceneOfState(opening.state)
  if (attempt !== null && 'reason' in attempt) return pageOfReason(attempt.reason).scene
  return view.status === 'valid' && !view.lockOnline ? 'lock-offline' : sceneOfStatus(view.status)
}

/** The button where a tap can help; where only time can, a link that looks again, if the page does not do so itself. */
function controlsOf(shown: Shown, scene: SceneName, changes: Changes): Pick<GuestPage, 'control' | 'plainLink'> {
  const { view, words, opening } = shown
  const look = { href: changes.self, label: words.lookAgain }
  const waiting = opening !== null && holdsUse(opening.state)
  if (view.status === 'valid' && view.lockOnline && scene !== 'opening') {
    const action = `/temp-keys/${view.key.uuid}/open`
    const control: Control = { kind: 'open', action, label: openLabel(shown), quiet: scene === 'opened' }
    return { control, plainLink: waiting ? look : null }
  }
  if (waiting || view.status === 'not-yet-valid') return { control: null, plainLink: look }
  return { control: view.status === 'valid' ? { kind: 'link', ...look } : null, plainLink: null }
}

function openLabel({ words, attempt, opening }: Shown): string {
  if (opening?.state === 'opened') return words.openAgain
  return attempt === null && opening === null ? words.open : words.tryAgain
}

function changesOf({ view, opening, nowMs }: Shown, scene: SceneName): Changes {
  const { key, status, lockOnline } = view
  const path = `/temp-keys/${key.uuid}`
  const waiting = opening !== null && holdsUse(opening.state)
  const soon = scene === 'lock-offline' || scene === 'lock-busy'
  return {
    self: opening === null ? path : `${path}?opening=${opening.openingId}`,
    key: path,
    shows: [status, lockOnline, key.usedCount, key.heldCount].join(' '),
    checkEveryS: soon ? CHECK_SOON_S : status === 'valid' && !waiting ? CHECK_S : null,
    opening: waiting ? { openingId: opening.openingId, state: opening.state } : null,
    changesInMs: changesInMs(key, nowMs),
  }
}

function changesInMs({ validFromMs, validUntilMs, revokedAtMs }: TempKey, nowMs: number): number | null {
  if (revokedAtMs !== null || nowMs >= validUntilMs) return null
  return (nowMs < validFromMs ? validFromMs : validUntilMs) - nowMs
}

function openingSentences({ opening, words, site }: Shown): string[] {
  if (opening === null || opening.state === 'reserved') return []
  const time = (atMs: number) => clockTime(atMs, { timeZone: site.timeZone, locale: words.locale })
  if (opening.state === 'opened') return [words.openedAt(time(opening.settledAtMs ?? opening.startedAtMs))]
  if (holdsUse(opening.state) || opening.state === 'charged' || opening.state === 'released') {
    return [words.askedAt(time(opening.startedAtMs))]
  }
  const isLocksOwn = opening.state === 'refused' || opening.state === 'not-opened'
  return isLocksOwn && opening.reason !== null ? [lockReason(opening.reason, words)] : []
}

const isKnown = (reason: string, words: GuestWords): reason is LockReason => Object.hasOwn(words.lockReasons, reason)
const lockReason = (reason: string, words: GuestWords): string =>
  isKnown(reason, words) ? words.lockReasons[reason] : words.lockSays(reason)

function factsOf({ site, view, words, opening, nowMs }: Shown): { label: string; value: string }[] {
  const { key, status } = view
  const uses = usesLeft(key, words, opening?.state !== 'reserved')
  const siteTime = { timeZone: site.timeZone, locale: words.locale }
  const window = [
    { label: words.validFrom, value: dateAndTime(key.validFromMs, siteTime, nowMs) },
    { label: words.validUntil, value: dateAndTime(key.validUntilMs, siteTime, nowMs) },
  ]
  return status === 'revoked' || status === 'expired' ? window : [...window, { label: words.usesLeft, value: uses }]
}

function usesLeft({ maxUses, usedCount, heldCount }: TempKey, words: GuestWords, tellsHeld: boolean): string {
  if (maxUses === null) return words.noLimit
  const left = words.usesOf(Math.max(0, maxUses - usedCount - heldCount), maxUses)
  return heldCount > 0 && tellsHeld ? `${left} (${words.notConfirmed(heldCount)})` : left
}
