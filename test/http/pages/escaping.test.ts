import { describe, expect, test } from 'vitest'
import { Html, html } from '#http/pages/shared/html.ts'
import { renderPage } from '#http/pages/shared/layout.ts'
import { PLAIN } from '#http/pages/shared/plain-page.ts'
import { english } from '#http/words/english.ts'
import { newKeyUuid } from '#test/http/support/route-samples.ts'
import { org } from '#test/support/ids.ts'

const NASTY = `"'><script>alert(1)</script>&amp;=\``
const PICTURE = { webp: Buffer.from(NASTY), widthPx: 4, heightPx: 3 }
const CONTROLS = [
  { kind: 'open', action: NASTY, label: `!${NASTY}`, quiet: true },
  { kind: 'link', href: NASTY, label: NASTY },
  { kind: 'hand-over', handle: NASTY, state: NASTY, label: NASTY },
] as const

describe('a page', () => {
  test.each(CONTROLS)('shows what it is given as text, wherever it stands, beside a control: $kind', (control) => {
    const page = renderPage({
      ...PLAIN,
      site: {
        id: 'x',
        name: NASTY,
        organization: org(NASTY),
        timeZone: 'UTC',
        contact: { name: NASTY, phone: NASTY, text: NASTY },
        logo: () => PICTURE,
      },
      words: english,
      here: NASTY,
      scene: 'not-opened',
      said: [NASTY, `${NASTY}!`],
      after: [NASTY],
      door: `${NASTY}!`,
      guide: { directions: `${NASTY}\n${NASTY}`, picture: PICTURE },
      facts: [{ label: `${NASTY}!`, value: NASTY }],
      countdown: { label: NASTY, leftMs: 5_000 },
      control,
      plainLink: { href: NASTY, label: NASTY },
      code: NASTY,
      changes: {
        ...{ self: NASTY, key: NASTY, shows: NASTY, checkEveryS: 4, changesInMs: 5 },
        opening: { openingId: NASTY, state: NASTY },
      },
      refresh: { afterS: 4, href: NASTY },
      callLeads: false,
      signedInFor: newKeyUuid(),
      signInState: NASTY,
    }).toString()
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).not.toContain('alert(1)</')
    expect(page).not.toContain(NASTY)
    expect(page).toContain('&#60;script&#62;')
  })
})

describe('html', () => {
  test('escapes what breaks out of text and of quoted attributes', () => {
    expect(`${html`<a title="${NASTY}">${NASTY}</a>`}`).not.toMatch(/<script|title=""/)
    expect(`${html`${'&'}${'<'}${'>'}${'"'}${"'"}`}`).toBe('&#38;&#60;&#62;&#34;&#39;')
  })

  test('takes no string for HTML, whatever stands before it and wherever it came from', () => {
    expect(`${html`Hello!${NASTY}`}`).not.toContain('<script')
    expect(`${html`<p>${`${html`<b>bold</b>`}`}</p>`}`).toBe('<p>&#60;b&#62;bold&#60;/b&#62;</p>')
  })

  test('takes no list of strings for HTML either, should one get past the compiler', () => {
    expect(`${html`<ul>${JSON.parse(JSON.stringify([NASTY]))}</ul>`}`).not.toContain('<script')
  })

  test('takes HTML as it is, lists of it in their order, and null for nothing', () => {
    const rows = ['a&b', '<'].map((text) => html`<li>${text}</li>`)
    expect(`${html`<ul>${rows}</ul>${null}${new Html('<hr>')}${7}`}`).toBe(
      '<ul><li>a&#38;b</li><li>&#60;</li></ul><hr>7',
    )
  })

  test('leaves backslashes and dollar signs as they are written', () => {
    expect(`${html`\\d+ ${'$&'} ${'\\'}`}`).toBe('\\d+ $&#38; \\')
  })
})
