import { beforeEach, describe, expect, test } from 'vitest'
import { nonceOf } from '#http/session/sign-in-states.ts'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { present } from '#test/http/support/route-samples.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'
import {
  browserOf,
  FORM,
  FROM_OURS,
  FROM_PROVIDER,
  headline,
  hidden,
  Jar,
  keyOf,
  linkOn,
  NOW_S,
  PROVIDER,
  PUBLIC_URL,
  setCookiesOf,
  startSignInSite,
  tokenOf,
} from './browser.ts'

let site: RouteSite
const { look, post, signIn } = browserOf(() => site)
const start = async (options: Parameters<typeof startSignInSite>[0] = {}): Promise<void> => {
  site = await startSignInSite(options)
}
beforeEach(async () => {
  await start()
  return () => site.app.close()
})
const keyFor = (...users: string[]) => keyOf(site, ...users)

describe('the page that asks for a sign-in', () => {
  test('links to the provider with a way back to this page alone, and tells nothing of the key', async () => {
    const key = keyFor('ada')
    const { statusCode, body, headers } = await look(`/temp-keys/${key.uuid}?return_to=https://evil.example`)
    expect([statusCode, headline(body)]).toEqual([200, 'Please sign in'])
    expect(body).not.toMatch(/Side entrance|24 Nov|3 of 3|evil/)
    const link = present(linkOn(body))
    expect([link.origin, link.pathname, link.searchParams.get('client_id')]).toEqual([PROVIDER, '/login', 'latchkey'])
    expect(link.searchParams.get('return_to')).toBe(`${PUBLIC_URL}/temp-keys/${key.uuid}`)
    expect(link.searchParams.get('redirect_uri')).toBe(`${PUBLIC_URL}/session`)
    expect(link.searchParams.get('nonce')).toBe(nonceOf(link.searchParams.get('state') ?? ''))
    const [cookie] = setCookiesOf(headers)
    expect(cookie).toMatch(/^__Host-latchkey-sign-in=[\w-]{22}; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  })

  test('is JSON and 401 for a program, which gets no cookie', async () => {
    const answer = await site.app.inject({ url: `/temp-keys/${keyFor('ada').uuid}` })
    expect(errorAnswer.parse(answer.json()).reason).toBe('token-missing')
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  test('leads first to the public URL when it was opened at another address of ours', async () => {
    const key = keyFor('ada')
    const elsewhere = { host: 'localhost:8080' }
    const { body } = await look(`/temp-keys/${key.uuid}`, new Jar(), elsewhere)
    expect(linkOn(body)?.href).toBe(`${PUBLIC_URL}/temp-keys/${key.uuid}?sign-in`)
    // Once is enough: a proxy may have changed the Host.
    const sent = await look(`/temp-keys/${key.uuid}?sign-in`, new Jar(), elsewhere)
    expect(linkOn(sent.body)?.origin).toBe(PROVIDER)
  })

  test('names the app where no login URL is set, and has no link', async () => {
    await site.app.close()
    await start({ signIn: { loginUrl: null } })
    const { body } = await look(`/temp-keys/${keyFor('ada').uuid}`)
    expect(linkOn(body)).toBeNull()
    expect(body).toContain('in the app that you were given')
    expect(hidden(body, 'state')).not.toBe('')
  })

  test('offers nothing where no tokens are good at all', async () => {
    await site.app.close()
    site = await startRouteSite()
    const { body, headers } = await look(`/temp-keys/${keyFor('ada').uuid}`)
    expect(headline(body)).toBe('Please sign in')
    expect([linkOn(body), headers['set-cookie'], hidden(body, 'state')]).toEqual([null, undefined, ''])
  })
})

describe('signing in with a browser', () => {
  test('leads back to the key’s page, which opens the door by a plain form post', async () => {
    const key = keyFor('ada')
    const { jar, handOver, finished } = await signIn(key, tokenOf('ada'))
    expect(handOver.statusCode).toBe(200)
    expect(handOver.headers['set-cookie']).toBeUndefined()
    expect(handOver.body).toContain('<form id="handover" method="post" action="/session/finish">')
    expect(handOver.body).not.toContain(tokenOf('ada'))
    expect([finished.statusCode, finished.headers.location]).toEqual([303, `/temp-keys/${key.uuid}`])
    const cookies = setCookiesOf(finished.headers)
    expect(cookies.find((line) => line.startsWith('__Host-latchkey-session='))).toMatch(
      /; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const page = await look(`/temp-keys/${key.uuid}`, jar)
    expect(headline(page.body)).toBe('Ready to open')
    expect(page.body).toContain('Sign out')
    const pressed = await post(`/temp-keys/${key.uuid}/open`, {}, FROM_OURS, jar)
    expect(pressed.statusCode).toBe(303)
    expect(site.link.sent).toHaveLength(1)
    expect(site.logged()).not.toContain(tokenOf('ada'))
  })

  test('takes a token as OpenID providers post it, bound to this sign-in by its nonce', async () => {
    const key = keyFor('ada')
    const jar = new Jar()
    const state = present(linkOn((await look(`/temp-keys/${key.uuid}`, jar)).body)).searchParams.get('state') ?? ''
    const finish = async (nonce: string) => {
      const handOver = await post(
        '/session',
        { id_token: tokenOf('ada', { nonce }), state, session_state: 'x' },
        FROM_PROVIDER,
      )
      return await post('/session/finish', { handle: hidden(handOver.body, 'handle'), state }, FROM_OURS, jar)
    }
    expect((await finish('of another sign-in')).statusCode).toBe(401)
    expect((await finish(nonceOf(state))).statusCode).toBe(303)
  })

  test('lasts no longer than the token', async () => {
    const key = keyFor('ada')
    const { jar, finished } = await signIn(key, tokenOf('ada', { exp: NOW_S + 90 }))
    expect(setCookiesOf(finished.headers).join()).toContain('Max-Age=90;')
    site.clock.wallMs += 90_000
    // A browser that keeps it longer is told all the same.
    expect(headline((await look(`/temp-keys/${key.uuid}`, jar)).body)).toBe('Please sign in again')
    expect((await post(`/temp-keys/${key.uuid}/open`, {}, FROM_OURS, jar)).statusCode).toBe(401)
  })

  test('as somebody else than the key is for says so, and offers to sign out', async () => {
    const key = keyFor('ada')
    const { jar } = await signIn(key, tokenOf('bob'))
    const page = await look(`/temp-keys/${key.uuid}`, jar)
    expect([page.statusCode, headline(page.body)]).toEqual([403, 'This key is for somebody else'])
    expect(page.body).not.toContain('Side entrance')
    expect(page.body).toContain('action="/session/end"')
    const ended = await post('/session/end', { key: key.uuid }, FROM_OURS, jar)
    expect([ended.statusCode, ended.headers.location]).toEqual([303, `/temp-keys/${key.uuid}`])
    expect(headline((await look(`/temp-keys/${key.uuid}`, jar)).body)).toBe('Please sign in')
  })

  test('has cookies without Secure where the site has no TLS', async () => {
    await site.app.close()
    await start({ publicUrl: 'http://keys.example.org' })
    const { finished } = await signIn(keyFor('ada'), tokenOf('ada'))
    expect(setCookiesOf(finished.headers).join()).toMatch(/^latchkey-session=/)
    expect(setCookiesOf(finished.headers).join()).not.toContain('Secure')
  })

  test('works for a script of an app: JSON in, JSON out', async () => {
    const key = keyFor('ada')
    const jar = new Jar()
    const state = hidden((await look(`/temp-keys/${key.uuid}`, jar)).body, 'state')
    const headers = { ...FROM_OURS, accept: '*/*', 'content-type': 'application/json' }
    const kept = await site.app.inject({
      method: 'POST',
      url: '/session',
      payload: { token: tokenOf('ada'), state },
      headers,
    })
    expect(kept.json()).toMatchObject({ state, finish: '/session/finish' })
    const payload = { handle: kept.json().handle, state }
    const done = await site.app.inject({
      method: 'POST',
      url: '/session/finish',
      payload,
      headers: { ...headers, ...jar.header },
    })
    expect([done.statusCode, done.json()]).toEqual([303, { userId: 'ada', maxAgeS: 3_600 }])
  })
})

describe('a sign-in that somebody else began', () => {
  test('ends nowhere: a stranger’s state, handle or token signs nobody in', async () => {
    const key = keyFor('eve', 'ada')
    const eve = await signIn(key, tokenOf('eve'))
    const ada = new Jar()
    const adasState = present(linkOn((await look(`/temp-keys/${key.uuid}`, ada)).body)).searchParams.get('state') ?? ''
    const eveAgain = await post('/session', { token: tokenOf('eve'), state: eve.state }, FROM_PROVIDER)
    const handle = hidden(eveAgain.body, 'handle')
    for (const fields of [
      // Eve's handle and state, in Ada's browser; then with Ada's own state, for which it was not made.
      { handle, state: eve.state },
      { handle, state: adasState },
    ]) {
      const answer = await post('/session/finish', fields, FROM_OURS, ada)
      expect([answer.statusCode, headline(answer.body)]).toEqual([403, 'The sign-in did not work'])
      expect(answer.body).toContain(`href="/temp-keys/${key.uuid}"`)
    }
    expect([...ada.cookies.keys()]).toEqual(['__Host-latchkey-sign-in'])
  })

  test('is good once: neither its handle nor its state works again', async () => {
    const key = keyFor('ada')
    const { jar, fields, state } = await signIn(key, tokenOf('ada'))
    expect((await post('/session/finish', fields, FROM_OURS, jar)).statusCode).toBe(403)
    const again = await post('/session', { token: tokenOf('ada'), state }, FROM_PROVIDER)
    const withState = { handle: hidden(again.body, 'handle'), state }
    expect((await post('/session/finish', withState, FROM_OURS, jar)).statusCode).toBe(403)
  })

  test('is over after a quarter of an hour', async () => {
    const key = keyFor('ada')
    const jar = new Jar()
    const state = present(linkOn((await look(`/temp-keys/${key.uuid}`, jar)).body)).searchParams.get('state') ?? ''
    site.clock.wallMs += 900_000
    const handOver = await post('/session', { token: tokenOf('ada'), state }, FROM_PROVIDER)
    const fields = { handle: hidden(handOver.body, 'handle'), state }
    expect((await post('/session/finish', fields, FROM_OURS, jar)).statusCode).toBe(403)
  })

  test('whose page withholds its origin needs the nonce of that very sign-in', async () => {
    const withheld = { ...FORM, 'sec-fetch-site': 'cross-site', origin: 'null' }
    const finish = async (claims: (state: string) => object) => {
      const jar = new Jar()
      const page = await look(`/temp-keys/${keyFor('ada').uuid}`, jar)
      const state = linkOn(page.body)?.searchParams.get('state') ?? ''
      const handOver = await post('/session', { token: tokenOf('ada', claims(state)), state }, withheld)
      return (await post('/session/finish', { handle: hidden(handOver.body, 'handle'), state }, FROM_OURS, jar))
        .statusCode
    }
    expect(await finish((state) => ({ nonce: nonceOf(state) }))).toBe(303)
    expect(await finish(() => ({}))).toBe(401)
    expect(await finish(() => ({ nonce: nonceOf('another') }))).toBe(401)
  })

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['the provider’s neighbour', { 'sec-fetch-site': 'cross-site', origin: 'https://www.identity.example' }, 403],
    ['the provider’s other port', { 'sec-fetch-site': 'cross-site', origin: `${PROVIDER}:8443` }, 403],
    ['a page that withholds where it is', { 'sec-fetch-site': 'cross-site', origin: 'null' }, 200],
    ['such a page, to an older browser', { origin: 'null' }, 200],
    ['the provider', { 'sec-fetch-site': 'cross-site', origin: PROVIDER }, 200],
    ['our own page', { 'sec-fetch-site': 'same-origin', origin: PUBLIC_URL }, 200],
    ['a program', {}, 200],
  ])('a token posted from %s is %i', async (_, headers, status) => {
    const answer = await post('/session', { token: tokenOf('ada'), state: 'x' }, { ...FORM, ...headers })
    expect(answer.statusCode).toBe(status)
  })

  test.each([
    ['/session/finish', { 'sec-fetch-site': 'cross-site', origin: PROVIDER }],
    ['/session/finish', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['/session/finish', { origin: 'null' }],
    ['/session/end', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['/session/end', { 'sec-fetch-site': 'cross-site', origin: PROVIDER }],
    ['/session/end', { 'sec-fetch-site': 'none' }],
    ['/session/end', {}],
  ])('%s does nothing for %o', async (url, headers) => {
    const key = keyFor('ada')
    const { jar } = await signIn(key, tokenOf('ada'))
    expect((await post(url, { key: key.uuid, handle: 'x', state: 'x' }, { ...FORM, ...headers }, jar)).statusCode).toBe(
      403,
    )
    expect(headline((await look(`/temp-keys/${key.uuid}`, jar)).body)).toBe('Ready to open')
  })
})
