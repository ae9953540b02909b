import { randomUUID } from 'node:crypto'
import type { Lock } from '#domain/locks/lock.ts'
import { CONSOLE, doorPath, withQuery } from '#http/pages/console/console-paths.ts'
import { EMPTY_FORM, type Form, type FormState, formOf } from '#http/pages/console/form.ts'
import { icon } from '#http/pages/console/icons.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { PULSE_MAX_S, PULSE_MIN_S } from '#protocol/limits.ts'

export const REASON_MAX = 200
export const NAME_MAX = 100
export const DOOR_FORMS = ['open', 'change'] as const
export type DoorForm = (typeof DOOR_FORMS)[number]

/** What somebody may do at a door. */
export interface MayDo {
  readonly ask: boolean
  readonly test: boolean
  readonly open: boolean
  readonly battery: boolean
  readonly change: boolean
  readonly mute: boolean
}

export interface ActionsShown {
  readonly lock: Lock
  readonly may: MayDo
  readonly formToken: string
  readonly isMuted: boolean
  /** A form that came back with something wrong. */
  readonly returned: { readonly form: DoorForm; readonly state: FormState } | null
  readonly words: ConsoleWords
}

/** Each action is a form of its own, and works without scripts. What moves a bolt takes two presses, the second naming the door. */
export function doorActionsOf(shown: ActionsShown): Html {
  const { lock, may, isMuted, words } = shown
  const { oneDoor, doors, alarms } = words
  const path = doorPath(lock.lockId)
  const links = html`<a class="button quiet" href="${withQuery(CONSOLE.log, { door: lock.lockId })}">${icon('log')}${doors.seeLog}</a>`
  if (lock.retiredAtMs !== null) return card(html`<p>${oneDoor.retired}</p><div class="actions">${links}</div>`, words)
  if (!Object.values(may).includes(true)) {
    return card(html`<p class="soft">${oneDoor.nothingToDo}</p><div class="actions">${links}</div>`, words)
  }
  const ask = may.ask ? formOf({ ...bare(shown, 'ask'), submit: oneDoor.ask }, words) : null
  const mute = !may.mute
    ? null
    : isMuted
      ? html`<a class="button quiet" href="${CONSOLE.mutes}">${icon('mute')}${alarms.unmute}</a>`
      : html`<a class="button quiet" href="${withQuery(CONSOLE.mutes, { door: lock.lockId })}">${icon('mute')}${doors.mute}</a>`
  const messages = may.test ? html`<a class="button quiet" href="${path}/messages">${oneDoor.showMessages}</a>` : null
  const forms = html`${may.test ? testForm(shown) : null}${may.open ? openForm(shown) : null}${may.battery ? batteryForm(shown) : null}${may.change ? changeForm(shown) : null}`
  return card(
    html`<div class="actions">${ask}${mute}${links}${messages}<a class="button quiet" href="${path}/qr">${oneDoor.qr}</a></div><div class="acts-of-door">${forms}</div>`,
    words,
  )
}

const card = (content: Html, { oneDoor }: ConsoleWords): Html =>
  html`<section class="card" id="door-actions"><h2>${oneDoor.actions}</h2><div class="inside stack">${content}</div></section>`

const bare = ({ lock, formToken }: ActionsShown, what: string): Omit<Form, 'submit'> => ({
  ...{ id: `door-${what}`, action: `${doorPath(lock.lockId)}/${what}`, fields: [], state: EMPTY_FORM },
  hidden: { formToken },
})

/** Sent again, by a reload or a second press, it opens nothing again. */
const once = (formToken: string): Readonly<Record<string, string>> => ({ formToken, once: randomUUID() })

const folded = (label: string, hint: string | null, form: Html, isOpen = false): Html =>
  html`<details class="act"${isOpen ? html` open` : null}><summary class="button quiet">${label}</summary>${hint === null ? null : html`<p class="hint">${hint}</p>`}${form}</details>`

function testForm(shown: ActionsShown): Html {
  const { lock, formToken, words } = shown
  const { oneDoor } = words
  const form = { ...bare(shown, 'test'), submit: oneDoor.testNow(lock.name), hidden: once(formToken) }
  return folded(oneDoor.testOpen, oneDoor.testHint, formOf({ ...form, look: 'danger' }, words))
}

function openForm(shown: ActionsShown): Html {
  const { lock, formToken, returned, words } = shown
  const { oneDoor } = words
  const state = returned?.form === 'open' ? returned.state : EMPTY_FORM
  const form: Form = {
    ...bare(shown, 'open'),
    ...{ submit: oneDoor.open(lock.name), hidden: once(formToken), state, look: 'danger' },
    fields: [
      {
        ...{ kind: 'text', name: 'reason', label: oneDoor.reason, hint: oneDoor.reasonHint },
        ...{ maxLength: REASON_MAX, isRequired: true },
      },
    ],
  }
  return folded(oneDoor.openNow, oneDoor.openHint, formOf(form, words), state !== EMPTY_FORM)
}

function batteryForm(shown: ActionsShown): Html {
  const { lock, words } = shown
  const { oneDoor } = words
  const form = formOf({ ...bare(shown, 'battery'), submit: oneDoor.replaceNow(lock.name) }, words)
  return folded(oneDoor.replaceBattery, oneDoor.replaceHint, form)
}

/** What stood there goes along, so that nobody overwrites what he has not seen. */
function changeForm(shown: ActionsShown): Html {
  const { lock, formToken, returned, words } = shown
  const { oneDoor } = words
  const now = { name: lock.name, area: lock.area ?? '', pulse: String(lock.pulseS) }
  const isReturned = returned?.form === 'change'
  const state = isReturned ? returned.state : { values: now, errors: {} }
  const form: Form = {
    ...bare(shown, 'change'),
    ...{ submit: oneDoor.save, state },
    fields: [
      { kind: 'text', name: 'name', label: oneDoor.name, maxLength: NAME_MAX, isRequired: true },
      { kind: 'text', name: 'area', label: oneDoor.area, hint: oneDoor.areaHint, maxLength: NAME_MAX },
      {
        ...{ kind: 'text', name: 'pulse', label: oneDoor.pulseSeconds, inputMode: 'numeric', isRequired: true },
        hint: oneDoor.pulseHint(PULSE_MIN_S, PULSE_MAX_S),
      },
    ],
    hidden: { formToken, wasName: now.name, wasArea: now.area, wasPulse: now.pulse },
  }
  return folded(oneDoor.change, null, formOf(form, words), isReturned)
}
