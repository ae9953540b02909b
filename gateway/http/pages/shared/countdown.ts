import type { GuestWords } from '#http/words/guest-words.ts'
import type { GuestPage } from './guest-page.ts'
import { type Html, html } from './html.ts'

const UNITS = ['day', 'hour', 'minute', 'second'] as const

/** Counts down where scripts run; without them it is what was left when the page was got. */
export function countdownOf({ words, countdown }: GuestPage): Html | null {
  if (countdown === null) return null
  const { label, leftMs } = countdown
  const left = html`<b data-left-ms="${leftMs}" data-locale="${words.locale}">${timeLeft(leftMs, words)}</b>`
  return html`<p class="count" role="timer">${label} ${left}</p>`
}

/** The two largest units, without one that is nought; the guest's script counts on in the same form. */
export function timeLeft(leftMs: number, { locale }: GuestWords): string {
  const s = Math.max(0, Math.ceil(leftMs / 1_000))
  const parts = [Math.floor(s / 86_400), Math.floor(s / 3_600) % 24, Math.floor(s / 60) % 60, s % 60]
  const first = s > 0 ? parts.findIndex((part) => part > 0) : UNITS.length - 1
  return UNITS.flatMap((unit, at) => {
    const part = parts[at] ?? 0
    const isShown = at === first || (at === first + 1 && part > 0)
    return isShown ? new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(part) : []
  }).join(' ')
}
