import { html } from 'ghtml'
import { describe, expect, test } from 'vitest'
import { renderPage } from '#http/pages/layout.ts'

const NASTY = `"'><script>alert(1)</script>&amp;=\``

describe('a page', () => {
  test('shows what it is given as text, wherever it stands', () => {
    const page = renderPage({
      site: { id: 'x', name: NASTY, organization: NASTY, timeZone: 'UTC' },
      tone: 'ready',
      headline: NASTY,
      text: [NASTY, `${NASTY}!`],
      door: `${NASTY}!`,
      facts: [{ label: `${NASTY}!`, value: NASTY }],
      button: { action: NASTY, label: `!${NASTY}` },
      link: { href: NASTY, label: NASTY },
      refreshAfterS: 4,
      requestId: NASTY,
    })
    expect(page).not.toContain('<script')
    expect(page).not.toContain(NASTY)
    expect(page.match(/<form /g)).toHaveLength(1)
    expect(page).toContain('&#60;script&#62;')
  })

  test('stands on a library that escapes what breaks out of text and of quoted attributes', () => {
    expect(html`<a title="${NASTY}">${NASTY}</a>`).not.toMatch(/<script|title=""/)
    expect(html`${'&'}${'<'}${'>'}${'"'}${"'"}`).toBe('&#38;&#60;&#62;&#34;&#39;')
  })
})
