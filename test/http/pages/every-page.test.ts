import { describe, expect, test } from 'vitest'
import { LANGUAGE_CODES } from '#http/words/language-codes.ts'
import { LANGUAGES } from '#http/words/languages.ts'
import { plural } from '#http/words/plural.ts'
import { everyPage, NOW_MS, siteWith } from '#test/http/support/every-page.ts'
import { must } from '#test/support/must.ts'

const NASTY = `"'><script>alert(1)</script>&amp;`
const NASTY_SITE = { ...siteWith({ name: NASTY, phone: '+49 30 1-2', text: { en: NASTY } }), name: NASTY }
const QUIET_SITE = siteWith({ name: 'Rezeption', phone: '+49 (0)30 23125-000', text: null })
const HOUR_MS = 3_600_000

/** As a person reads it, with what the script shows later, without the list of languages. */
const text = (page: string): string =>
  page
    .replaceAll(/<(style|script|nav)\b.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ')

const sentences = (words: object): string[] =>
  Object.values(words).flatMap((value: unknown) =>
    typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? sentences(value) : [],
  )

describe.each(LANGUAGE_CODES)('in %s', (code) => {
  const words = LANGUAGES[code]
  const pages = [...everyPage(words, QUIET_SITE)]

  test('each page says its language and its direction', () => {
    for (const [name, page] of pages) {
      expect(page, name).toContain(`<html lang="${words.tag}" dir="${words.direction}">`)
    }
    expect(words.language).toBe(code)
    expect(words.direction).toBe(code === 'ar' ? 'rtl' : 'ltr')
    expect(Intl.getCanonicalLocales(words.locale)).toEqual([words.locale])
  })

  test('no page lacks a word, or has one that was never filled in', () => {
    for (const [name, page] of pages) {
      expect(text(page), name).not.toMatch(/undefined|\bnull\b|NaN|\[object|\$\{|#\s/)
      expect(page, name).toMatch(/<h1 tabindex="-1">[^<]+<\/h1><p>[^<]+<\/p>/)
    }
  })

  test.skipIf(code === 'en')('no page falls back into English', () => {
    for (const [name, page] of pages) {
      expect(text(page), name).not.toMatch(/\b(the|please|your|again|and|not|door|press)\b/i)
    }
    const english = new Set(sentences(LANGUAGES.en).filter((sentence) => sentence.includes(' ')))
    expect(sentences(words).filter((sentence) => english.has(sentence))).toEqual([])
  })

  test('every text is whole sentences, said calmly', () => {
    const { scenes, lockReasons, callHelps, askHelps, changesByItself, lockSays } = words
    const texts = [...Object.values(scenes).map((scene) => scene.text), ...Object.values(lockReasons)]
    for (const said of [...texts, callHelps, askHelps, changesByItself, lockSays('x')]) expect(said).toMatch(/[.。]$/)
    for (const said of sentences(words)) expect(said).not.toMatch(/[!！¡]/)
    for (const { headline } of Object.values(scenes)) expect(headline).not.toMatch(/[.。]$/)
  })

  test('every page shows as text what others wrote', () => {
    for (const [name, page] of everyPage(words, NASTY_SITE)) {
      expect(page.match(/<script/g), name).toHaveLength(1)
      expect(page, name).not.toContain(NASTY)
    }
  })

  test('each plural of the language has its form, and a number in it', () => {
    const categories = new Intl.PluralRules(words.locale).resolvedOptions().pluralCategories
    expect(Object.keys(words.notConfirmed).sort()).toEqual([...categories].sort())
    for (const count of [1, 2, 3, 5, 11, 100]) expect(plural(words, words.notConfirmed, count)).toMatch(/^\d+ \S/)
  })

  test("times are the building's, as the language writes them, and near days have their names", () => {
    const { locale } = words
    const page = must(new Map(pages).get('ready without a limit'))
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'Europe/Berlin' } as const
    const time = new Intl.DateTimeFormat(locale, clock).format(NOW_MS + HOUR_MS)
    const today = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'day')
    expect(page).toContain(`<bdi>${today.replaceAll("'", '&#39;')}</bdi> <bdi>${time}</bdi></time>`)
    expect(time).toBe('14:37')
  })

  test('the page that is left can be shown in every other language', () => {
    const page = must(new Map(pages).get('opening unconfirmed'))
    for (const other of LANGUAGE_CODES) {
      expect(page).toContain(`?opening=AAECAwQFBgcICQoLDA0ODw&#38;lang=${other}" lang="${LANGUAGES[other].tag}"`)
    }
    expect(page.match(/aria-current="true"/g)).toHaveLength(1)
  })
})

test('no two languages have the same name, nor the same headline for a door that is ready', () => {
  const all = LANGUAGE_CODES.map((code) => LANGUAGES[code])
  expect(new Set(all.map(({ name }) => name)).size).toBe(12)
  expect(new Set(all.map(({ scenes }) => scenes.ready.headline)).size).toBe(12)
})
