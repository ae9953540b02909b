import type { Opening } from '#domain/openings/opening.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { Fact } from '#http/pages/shared/guest-page.ts'
import { moment } from '#http/pages/shared/site-time.ts'
import type { GuestWords } from '#http/words/guest-words.ts'
import { plural } from '#http/words/plural.ts'
import type { Shown } from './shown.ts'
import { pulseLeftMs } from './still-true.ts'

/** What a guest can make use of, and no more: no beginning that is past, no limit that is none. */
export function factsOf({ site, view, words, attempt, opening, nowMs }: Shown): Fact[] {
  const { key, status } = view
  const siteTime = { timeZone: site.timeZone, locale: words.locale }
  const about = opening ?? (attempt !== null && 'opening' in attempt ? attempt.opening : null)
  const isOpen = about !== null && pulseLeftMs(about, view.pulseS, nowMs) > 0
  const facts: (Fact | null)[] = []
  if (about !== null && !isOpen) {
    const label = labelOfMoment(about, words)
    if (label !== null) facts.push({ label, value: moment(about.startedAtMs, siteTime, nowMs, 'near-without') })
  }
  if (status === 'not-yet-valid') {
    facts.push({ label: words.validFrom, value: moment(key.validFromMs, siteTime, nowMs, 'with-zone') })
    facts.push({ label: words.validUntil, value: moment(key.validUntilMs, siteTime, nowMs, 'with-zone') })
  }
  if (status === 'valid' || status === 'expired') {
    facts.push({ label: words.validUntil, value: moment(key.validUntilMs, siteTime, nowMs, 'near-without') })
  }
  if (status !== 'revoked' && status !== 'expired') facts.push(usesLeft(key, words, opening?.state !== 'reserved'))
  return facts.filter((fact) => fact !== null)
}

/** When it began says most: the lock's word may come much later. */
function labelOfMoment({ state }: Opening, words: GuestWords): string | null {
  if (state === 'opened') return words.openedAt
  const isUnknown = state === 'unconfirmed' || state === 'charged' || state === 'released'
  return isUnknown ? words.askedAt : null
}

function usesLeft({ maxUses, usedCount, heldCount }: TempKey, words: GuestWords, tellsHeld: boolean): Fact | null {
  if (maxUses === null) return null
  const left = words.usesOf(Math.max(0, maxUses - usedCount - heldCount), maxUses)
  const held = heldCount > 0 && tellsHeld ? ` (${plural(words, words.notConfirmed, heldCount)})` : ''
  return { label: words.usesLeft, value: `${left}${held}` }
}
