import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { LANGUAGE_CODES } from '#http/words/language-codes.ts'
import { LANGUAGES } from '#http/words/languages.ts'
import { keyOf, startSignInSite } from '#test/http/session/browser.ts'
import { everyPage } from '#test/http/support/every-page.ts'
import { startRouteSite } from '#test/http/support/route-site.ts'

const BROWSER = { accept: 'text/html', 'accept-encoding': 'gzip, deflate, br' }
const WHOLE_MAX_BYTES = 60_000
const SENT_MAX_BYTES = 15_000

test('a page is sent compressed to whoever takes that, also to a HEAD and in place of another', async () => {
  const site = await startRouteSite({ limits: { failures: 1 } })
  const url = `/temp-keys/${site.addKey().uuid}`
  const plain = await site.app.inject({ url, headers: { accept: 'text/html' } })
  expect(plain.headers['content-encoding']).toBeUndefined()
  const { headers, rawPayload } = await site.app.inject({ url, headers: BROWSER })
  expect(headers).toMatchObject({ 'content-encoding': 'gzip', 'content-length': String(rawPayload.length) })
  expect(headers.vary).toContain('Accept-Encoding')
  expect(rawPayload.length).toBeLessThan(SENT_MAX_BYTES)
  expect(gunzipSync(rawPayload).toString()).toContain('Ready to open')
  const head = await site.app.inject({ method: 'HEAD', url, headers: BROWSER })
  expect([head.headers['content-encoding'], head.body]).toEqual(['gzip', ''])

  await site.app.inject({ url: '/temp-keys/short', headers: BROWSER })
  const tooMany = await site.app.inject({ url: '/temp-keys/short', headers: BROWSER })
  expect(tooMany.statusCode).toBe(429)
  expect(gunzipSync(tooMany.rawPayload).toString()).toContain('Too many attempts')
})

test('JSON and whoever refuses gzip get what they had', async () => {
  const site = await startRouteSite()
  const url = `/temp-keys/${site.addKey().uuid}`
  for (const headers of [
    { ...BROWSER, accept: 'application/json' },
    { ...BROWSER, 'accept-encoding': 'gzip;q=0' },
    { ...BROWSER, 'accept-encoding': 'br' },
  ]) {
    const answer = await site.app.inject({ url, headers })
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(answer.body).toContain(headers.accept === 'text/html' ? '<h1' : '"status"')
  }
})

test('a page that holds a sign-in’s one-time state is sent as it is: the length of a compressed one would tell of it', async () => {
  const site = await startSignInSite()
  const headers = { ...BROWSER, host: 'keys.example.org' }
  const asking = await site.app.inject({ url: `/temp-keys/${keyOf(site, 'ada').uuid}`, headers })
  expect(asking.body).toContain('name="state"')
  expect(asking.headers['content-encoding']).toBeUndefined()
  // A page of the same site without one is compressed.
  const open = await site.app.inject({ url: `/temp-keys/${site.addKey().uuid}`, headers })
  expect(open.headers['content-encoding']).toBe('gzip')
})

test.each(LANGUAGE_CODES)('the largest page in %s stays under 60 kB, and asks for nothing more', (code) => {
  for (const [name, page] of everyPage(LANGUAGES[code])) {
    expect(Buffer.byteLength(page), name).toBeLessThan(WHOLE_MAX_BYTES)
    expect(page.replace(/<img [^>]*src="data:image\/webp;base64,[^>]*>/g, ''), name).not.toMatch(
      /<(img|script src|link rel="stylesheet)|url\(|@import/,
    )
  }
})
