import type { FoundTempKey } from '#domain/temp-keys/find-temp-keys.ts'
import type { TempKey, TempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import { badge, type Tone } from '#http/pages/console/badge.ts'
import { type PageTime, timeOf } from '#http/pages/console/times.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'

const TONES: Readonly<Record<TempKeyStatus, Tone>> = {
  ...{ valid: 'good', 'not-yet-valid': 'info', 'used-up': 'warn', expired: 'idle', revoked: 'bad' },
}

export const stateBadge = (status: TempKeyStatus, { keys }: ConsoleWords): Html =>
  badge(TONES[status], keys.states[status])

/** Whom a key is for, as far as somebody said so. */
export function whomOf(number: number, { description, allowedUserIds }: TempKey, { keys }: ConsoleWords): string {
  if (description !== null && description !== '') return description
  const [first, ...others] = allowedUserIds
  if (first === undefined) return keys.numbered(number)
  return others.length === 0 ? first : `${first} +${others.length}`
}

export function usesOf({ usedCount, maxUses, heldCount }: TempKey, { keys }: ConsoleWords): string {
  const uses = keys.usesOf(usedCount, maxUses)
  return heldCount === 0 ? uses : `${uses}, ${keys.held(heldCount)}`
}

export function nextOf({ nextChange }: FoundTempKey, { keys }: ConsoleWords, time: PageTime): Html {
  if (nextChange === null) return html`<span class="soft">${keys.nothingByItself}</span>`
  return html`${timeOf(nextChange.atMs, time)}<br><span class="soft">${keys.states[nextChange.to]}</span>`
}

export const doorOf = ({ lock }: Pick<FoundTempKey, 'lock'>, { doors }: ConsoleWords): Html =>
  html`${lock.name}<br><span class="soft">${doors.number} ${lock.lockId}${lock.area === null ? '' : ` · ${lock.area}`}</span>`
