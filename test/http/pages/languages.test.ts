import { beforeEach, describe, expect, test } from 'vitest'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'

let site: RouteSite
beforeEach(async () => {
  site = await startRouteSite()
  return () => site.app.close()
})

const look = (url: string, headers: Record<string, string> = {}) =>
  site.app.inject({ url, headers: { accept: 'text/html', ...headers } })
const headline = (page: string): string => /<h1 [^>]*>(.*?)<\/h1>/.exec(page)?.[1] ?? ''
/** As a person reads it. */
const text = (page: string): string =>
  page
    .replaceAll(/<(style|script|template)\b.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')

describe('the language of a page', () => {
  test.each([
    ['de', 'de', 'Bereit zum Öffnen'],
    ['de-CH,de;q=0.9,en;q=0.8', 'de', 'Bereit zum Öffnen'],
    ['sv,de;q=0.7,en;q=0.3', 'de', 'Bereit zum Öffnen'],
    ['en-US,en;q=0.9,de;q=0.8', 'en', 'Ready to open'],
    ['fr-CA', 'fr', 'Prêt à ouvrir'],
    ['zh-CN,zh;q=0.9', 'zh-Hans', '可以开门'],
    ['sv', 'en', 'Ready to open'],
    ['*', 'en', 'Ready to open'],
    ['de;q=0', 'en', 'Ready to open'],
    ['nonsense;;q=,,', 'en', 'Ready to open'],
  ])('is asked for as %s and is %s', async (wanted, language, words) => {
    const { body, headers } = await look(`/temp-keys/${site.addKey().uuid}`, { 'accept-language': wanted })
    expect(body).toContain(`<html lang="${language}" dir="ltr">`)
    expect(headline(body)).toBe(words)
    expect(headers.vary).toBe('Accept, Accept-Encoding, Accept-Language, Cookie')
  })

  test('holds for dates and errors as well, and never for JSON', async () => {
    const headers = { 'accept-language': 'de' }
    const { body } = await look(`/temp-keys/${site.addKey().uuid}`, headers)
    expect(text(body)).toContain('Gültig bis heute 14:00')
    expect(headline((await look('/elsewhere', headers)).body)).toBe('Hier ist nichts')
    const json = await site.app.inject({ url: '/elsewhere', headers })
    expect(json.json()).toMatchObject({ message: 'There is nothing here.' })
  })
})

describe('the language that a guest chose', () => {
  test('is shown at once, and remembered by a cookie that tells nothing else', async () => {
    const { body, headers } = await look(`/temp-keys/${site.addKey().uuid}?lang=el`, { 'accept-language': 'de' })
    expect(headline(body)).toBe('Έτοιμο για άνοιγμα')
    expect(headers['set-cookie']).toBe('latchkey-language=el; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax')
  })

  test('counts before what the browser asks for, on keys and on errors', async () => {
    const headers = { 'accept-language': 'de', cookie: 'other=1; latchkey-language=pl' }
    const { body, headers: answer } = await look(`/temp-keys/${site.addKey().uuid}`, headers)
    expect(headline(body)).toBe('Gotowe do otwarcia')
    expect(answer['set-cookie']).toBeUndefined()
    expect(headline((await look('/elsewhere', headers)).body)).toBe('Tutaj nic nie ma')
  })

  test.each(['?lang=xx', '?lang=', '?lang=EN', '?lang=toString', '?lang=__proto__'])(
    'is none as %s, and sets no cookie',
    async (query) => {
      const { body, headers } = await look(`/temp-keys/${site.addKey().uuid}${query}`, {
        cookie: 'latchkey-language=constructor',
      })
      expect(headline(body)).toBe('Ready to open')
      expect(headers['set-cookie']).toBeUndefined()
    },
  )

  test('is offered as plain links to the same page, on errors too, and leads from a refused post to the key', async () => {
    const { uuid } = site.addKey()
    expect((await look(`/temp-keys/${uuid}`)).body).toContain(
      `<a href="/temp-keys/${uuid}?lang=ar" lang="ar" hreflang="ar" dir="rtl">`,
    )
    expect((await look('/elsewhere')).body).toContain('<a href="?lang=ar"')
    const posted = await site.app.inject({ method: 'PUT', url: `/temp-keys/${uuid}`, headers: { accept: 'text/html' } })
    expect(posted.body).toContain(`<a href="/temp-keys/${uuid}?lang=ar"`)
  })

  test('leads no key’s own page back to itself', async () => {
    const { body } = await look(`/temp-keys/${site.addKey({ accessMode: 'user-whitelist' }).uuid}?lang=en`)
    expect(body).not.toContain('Back to your key')
  })

  test('is none of a program’s business', async () => {
    const { headers } = await look(`/temp-keys/${site.addKey().uuid}?lang=de`, { accept: 'application/json' })
    expect(headers['set-cookie']).toBeUndefined()
  })
})

describe('what the site says of its contact', () => {
  test.each([
    ['de', 'Tag und Nacht'],
    ['en', 'Day and night'],
    ['fr', 'Day and night'],
  ])('is said in %s as "%s"', async (language, words) => {
    const said = { en: 'Day and night', de: 'Tag und Nacht' }
    site = await startRouteSite({ contact: { name: 'Reception', phone: null, text: said } })
    const { body } = await look('/elsewhere', { 'accept-language': language })
    expect(text(body)).toContain(`Reception ${words}`)
  })

  test('is said in the one language that it is written in, where there is no other', async () => {
    site = await startRouteSite({ contact: { name: 'Recepcja', phone: null, text: { pl: 'Całą dobę' } } })
    expect(text((await look('/elsewhere')).body)).toContain('Recepcja Całą dobę')
  })
})
