import type { AlarmSeverity } from '#domain/alarms/alarm-kinds.ts'
import type { DoorStateName } from '#domain/locks/door-board.ts'
import { Html, html } from '#http/pages/shared/html.ts'

/** How things stand: each has a shape and a colour of its own, and never goes without its word. */
export type Tone = 'good' | 'bad' | 'warn' | 'idle' | 'info'

/** Shape, word and colour: whoever sees no colours, or hears the page, knows as much. */
export const badge = (tone: Tone, word: string): Html => html`<span class="badge ${new Html(tone)}">${word}</span>`

export const TONE_OF_STATE: Readonly<Record<DoorStateName, Tone>> = {
  online: 'good',
  offline: 'bad',
  'never-seen': 'warn',
  'not-keyed': 'idle',
  retired: 'idle',
}

export const TONE_OF_SEVERITY: Readonly<Record<AlarmSeverity, Tone>> = {
  critical: 'bad',
  warning: 'warn',
  notice: 'info',
}
