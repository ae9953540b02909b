import type { Contact } from '#http/contract/http-deps.ts'
import { isWell } from '#http/pages/guest/scenes.ts'
import type { GuestWords } from '#http/words/guest-words.ts'
import type { Control, GuestPage } from './guest-page.ts'
import { Html, html } from './html.ts'

/**
 * What there is to do, always within reach of a thumb: it stays at the foot of the screen while the page is scrolled. What helps
 * most stands first, for eyes and for keyboards.
 */
export function barOf(page: GuestPage): Html {
  const { control, plainLink, callLeads, site, words, scene } = page
  if (isWell(scene)) return doingOf(control, page)
  const isAlone = control === null && plainLink === null
  if (!hasPhone(site.contact) || !(callLeads || isAlone)) {
    return html`${doingOf(control, page)}${callOf(site.contact, words, false)}`
  }
  const quiet = control === null ? null : { ...control, quiet: true }
  return html`${callOf(site.contact, words, true)}${doingOf(quiet, page)}`
}

export const hasPhone = (contact: Contact | null): boolean => contact !== null && contact.phone !== null

const doingOf = (control: Control | null, page: GuestPage): Html =>
  html`<div id="control">${controlOf(control)}${plainLinkOf(page)}</div>`

export function controlOf(control: Control | null): Html | null {
  if (control === null) return null
  const look = control.quiet ? 'small' : 'big'
  if (control.kind === 'link') return html`<a class="${look}" href="${control.href}">${control.label}</a>`
  if (control.kind === 'hand-over') {
    const { handle, state, label } = control
    return html`<form id="handover" method="post" action="/session/finish"><input type="hidden" name="handle" value="${handle}"><input type="hidden" name="state" value="${state}"><button class="${look}" type="submit">${label}</button></form>`
  }
  return html`<form method="post" action="${control.action}" data-open><button class="${look}" type="submit">${control.label}</button></form>`
}

const plainLinkOf = ({ plainLink, control, callLeads }: GuestPage): Html | null =>
  plainLink === null
    ? null
    : html`<noscript><a class="${control === null && !callLeads ? 'big' : 'small'}" href="${plainLink.href}">${plainLink.label}</a></noscript>`

const RECEIVER = new Html(
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 3h4l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2z"/></svg>',
)

export const callOf = (contact: Contact | null, words: GuestWords, isFirst: boolean): Html | null =>
  contact === null || contact.phone === null
    ? null
    : html`<a class="${isFirst ? 'big' : 'small'} call" href="tel:${digitsOf(contact.phone)}" aria-label="${words.call(contact.phone)}">${RECEIVER}<bdi dir="ltr">${unbroken(contact.phone)}</bdi></a>`

/** A number is broken between its groups, if at all. */
const unbroken = (phone: string): string => phone.replaceAll('-', '\u2011')

/** `+49 (0)30` is dialled as `+4930`: that 0 is for callers inside the country alone. */
const digitsOf = (phone: string): string =>
  (phone.startsWith('+') ? phone.replaceAll('(0)', '') : phone).replaceAll(/[^+\d]/g, '')
