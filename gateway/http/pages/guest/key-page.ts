import { helpCodeOf, helpCodeOfRequest } from '#domain/openings/help-code.ts'
import type { Opening } from '#domain/openings/opening.ts'
import { holdsUse } from '#domain/openings/opening.ts'
import type { Site } from '#http/contract/http-deps.ts'
import { hasPhone } from '#http/pages/shared/bar.ts'
import type { DoorGuide } from '#http/pages/shared/door-guide.ts'
import type { Changes, Control, GuestPage } from '#http/pages/shared/guest-page.ts'
import type { Html } from '#http/pages/shared/html.ts'
import { renderPage } from '#http/pages/shared/layout.ts'
import { PLAIN } from '#http/pages/shared/plain-page.ts'
import type { TempKeyView } from '#http/shapes/temp-key-view.ts'
import type { Asking } from './asking.ts'
import { factsOf } from './key-facts.ts'
import { isLockReason, needsCall } from './lock-reasons.ts'
import { callLeads, pageOfReason, type SceneName, sceneOfState, sceneOfStatus } from './scenes.ts'
import type { Attempt, Shown } from './shown.ts'
import { isNews, pulseLeftMs } from './still-true.ts'

/** A page that waits for a lock asks again by itself, but not for ever: a phone may lie about for days. */
const REFRESH_AFTER_S = 4
const REFRESH_FOR_MS = 3 * 60_000
/** How often the script asks whether anything changed: where a door may soon open, and where it can be opened. */
const CHECK_SOON_S = 5
const CHECK_S = 30

/** The guest's page of one key. The caller has made sure that whoever asks may see it. */
export function keyPage(
  site: Site,
  view: TempKeyView,
  guide: DoorGuide,
  attempt: Attempt,
  nowMs: number,
  asking: Asking,
): Html {
  const { key, lockName } = view
  const opening = openingToTell(view, attempt, nowMs)
  const shown: Shown = { site, view, words: asking.words, attempt, opening, nowMs }
  const scene = sceneOf(shown)
  const changes = changesOf(shown, scene)
  const isHopeless = opening?.state === 'refused' && needsCall(opening.reason ?? '')
  return renderPage({
    ...PLAIN,
    site,
    words: shown.words,
    here: changes.self,
    scene,
    said: saidOfLock(shown),
    door: lockName,
    guide,
    facts: factsOf(shown),
    countdown: countdownOf(shown, scene),
    ...controlsOf(shown, scene, changes),
    callLeads: isHopeless || callLeads(scene),
    code: codeOf(attempt, opening, asking),
    changes,
    refresh: refreshOf(shown, scene, changes),
    signedInFor: key.accessMode === 'user-whitelist' && asking.isSignedIn ? key.uuid : null,
  })
}

/** An attempt whose end nobody knows is told also to whoever just looks; one that is over is told while it is news. */
function openingToTell(view: TempKeyView, attempt: Attempt, nowMs: number): Opening | null {
  if (attempt === null) {
    return view.latestOpening !== null && holdsUse(view.latestOpening.state) ? view.latestOpening : null
  }
  return 'opening' in attempt && isNews(attempt.opening, view.pulseS, nowMs) ? attempt.opening : null
}

/** Also when it is no news any more: somebody may be reading it out just now. */
function codeOf(attempt: Attempt, opening: Opening | null, { requestId }: Asking): string {
  const about = attempt !== null && 'opening' in attempt ? attempt.opening : opening
  return about === null ? helpCodeOfRequest(requestId) : helpCodeOf(about.openingId)
}

function sceneOf({ view, attempt, opening, nowMs }: Shown): SceneName {
  if (opening?.state === 'opened') return pulseLeftMs(opening, view.pulseS, nowMs) > 0 ? 'opened' : 'opened-before'
  if (opening !== null) return sceneOfState(opening.state)
  if (attempt !== null && 'reason' in attempt) return pageOfReason(attempt.reason).scene
  return view.status === 'valid' && !view.lockOnline ? 'lock-offline' : sceneOfStatus(view.status)
}

/** The button where a tap can help; where only time can, a link that looks again, if the page does not do so itself. */
function controlsOf(shown: Shown, scene: SceneName, changes: Changes): Pick<GuestPage, 'control' | 'plainLink'> {
  const { view, words, opening } = shown
  const look = { href: changes.self, label: words.lookAgain }
  const waiting = opening !== null && holdsUse(opening.state)
  // Whoever is refused for haste is not invited to press once more: the page comes back when a tap is taken.
  if (scene === 'rate-limited') return { control: null, plainLink: look }
  if (view.status === 'valid' && view.lockOnline && scene !== 'opening') {
    const action = `/temp-keys/${view.key.uuid}/open`
    const control: Control = { kind: 'open', action, label: openLabel(shown, scene), quiet: scene === 'opened' }
    return { control, plainLink: waiting ? look : null }
  }
  if (waiting || view.status === 'not-yet-valid') return { control: null, plainLink: look }
  return {
    control: view.status === 'valid' ? { kind: 'link', ...look } : null,
    plainLink: null,
  }
}

function openLabel({ words, attempt, opening }: Shown, scene: SceneName): string {
  if (opening?.state === 'opened') return words.openAgain
  return scene === 'ready' || (attempt === null && opening === null) ? words.open : words.tryAgain
}

function changesOf(shown: Shown, scene: SceneName): Changes {
  const { view, opening } = shown
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
    changesInMs: changesInMs(shown, scene),
  }
}

/** The window, the pulse or the wait, whichever ends first. */
function changesInMs(shown: Shown, scene: SceneName): number | null {
  const { validFromMs, validUntilMs, revokedAtMs } = shown.view.key
  const { nowMs } = shown
  const ends = [countdownOf(shown, scene)?.leftMs ?? null]
  if (revokedAtMs === null && nowMs < validUntilMs)
    ends.push((nowMs < validFromMs ? validFromMs : validUntilMs) - nowMs)
  const known = ends.filter((end) => end !== null)
  return known.length === 0 ? null : Math.min(...known)
}

function countdownOf({ view, words, attempt, opening, nowMs }: Shown, scene: SceneName): GuestPage['countdown'] {
  if (scene === 'rate-limited' && attempt !== null && 'reason' in attempt && attempt.retryAfterS !== null) {
    return { label: words.againIn, leftMs: attempt.retryAfterS * 1_000 }
  }
  if (scene === 'opened' && opening !== null) {
    return { label: words.openFor, leftMs: pulseLeftMs(opening, view.pulseS, nowMs) }
  }
  const waiting = opening !== null && holdsUse(opening.state)
  if (view.status !== 'not-yet-valid' || waiting) return null
  return { label: words.validIn, leftMs: view.key.validFromMs - nowMs }
}

/** Without scripts: while a lock may still answer, and when a countdown has ended. */
function refreshOf(shown: Shown, scene: SceneName, { self }: Changes): GuestPage['refresh'] {
  const { opening, nowMs } = shown
  if (opening !== null && holdsUse(opening.state)) {
    return nowMs - opening.startedAtMs < REFRESH_FOR_MS ? { afterS: REFRESH_AFTER_S, href: self } : null
  }
  const leftMs = scene === 'not-yet-valid' ? null : (countdownOf(shown, scene)?.leftMs ?? null)
  return leftMs === null ? null : { afterS: Math.ceil(leftMs / 1_000) + 1, href: self }
}

/** Why the lock did not open, and what that means for whoever stands before it. */
function saidOfLock({ opening, words, site }: Shown): string[] {
  if (opening === null || opening.reason === null) return []
  if (opening.state !== 'refused' && opening.state !== 'not-opened') return []
  const { reason } = opening
  const why = isLockReason(reason) ? words.lockReasons[reason] : words.lockSays(reason)
  if (!needsCall(reason)) return [why]
  return [why, hasPhone(site.contact) ? words.callHelps : words.askHelps]
}
