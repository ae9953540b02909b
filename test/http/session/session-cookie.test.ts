import { beforeEach, describe, expect, test } from 'vitest'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { present } from '#test/http/support/route-samples.ts'
import type { RouteSite } from '#test/http/support/route-site.ts'
import {
  browserOf,
  FORM,
  FROM_PROVIDER,
  headline,
  Jar,
  keyOf,
  linkOn,
  NOW_S,
  PUBLIC_URL,
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

describe('the session’s cookie', () => {
  test.each([
    ['our own page, with Fetch Metadata', { 'sec-fetch-site': 'same-origin' }, 303],
    ['our own page, in an older browser', { origin: PUBLIC_URL }, 303],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['whoever does not say', {}, 401],
    ['whoever typed it', { 'sec-fetch-site': 'none' }, 401],
  ])('opens a door when the post is from %s: %o %i', async (_, headers, status) => {
    const key = keyFor('ada')
    const { jar } = await signIn(key, tokenOf('ada'))
    const answer = await post(`/temp-keys/${key.uuid}/open`, {}, { ...FORM, ...headers }, jar)
    expect(answer.statusCode).toBe(status)
    expect(site.link.sent).toHaveLength(status === 303 ? 1 : 0)
  })

  test('counts beside a header: with two credentials, the one that verifies counts', async () => {
    const key = keyFor('ada')
    const { jar } = await signIn(key, tokenOf('ada'))
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    expect((await look(`/temp-keys/${key.uuid}`, jar, bearer('nonsense'))).statusCode).toBe(200)
    const stale = new Jar()
    stale.cookies.set('__Host-latchkey-session', 'nonsense')
    expect((await look(`/temp-keys/${key.uuid}`, stale, bearer(tokenOf('ada')))).statusCode).toBe(200)
    expect(headline((await look(`/temp-keys/${key.uuid}`, stale)).body)).toBe('Please sign in again')
  })

  test('is not asked for on a key for everybody, however useless it is', async () => {
    const stale = new Jar()
    stale.cookies.set('__Host-latchkey-session', 'nonsense')
    const { statusCode, body } = await look(`/temp-keys/${site.addKey().uuid}`, stale)
    expect([statusCode, headline(body)]).toEqual([200, 'Ready to open'])
    expect(body).not.toContain('Sign out')
  })
})

describe('a post of a token', () => {
  test.each([
    ['without a token', { error: 'access_denied' }, 401],
    ['with nonsense', { token: 'nonsense' }, 401],
    ['with a token that has ended', { token: tokenOf('ada', { exp: NOW_S - 1 }) }, 401],
    ['with a token that no cookie holds', { token: tokenOf('ada', { groups: 'g'.repeat(3_000) }) }, 401],
  ])('%s leads back to the key, and says that the sign-in failed', async (_, fields, status) => {
    const key = keyFor('ada')
    const state = present(linkOn((await look(`/temp-keys/${key.uuid}`)).body)).searchParams.get('state') ?? ''
    const answer = await post('/session', { ...fields, state }, FROM_PROVIDER)
    expect([answer.statusCode, headline(answer.body)]).toEqual([status, 'The sign-in did not work'])
    expect(answer.body).toContain(`href="/temp-keys/${key.uuid}"`)
  })

  test('without a state is 400, with one that is nonsense it leads nowhere', async () => {
    const headers = { ...FROM_PROVIDER, accept: 'application/json' }
    const missing = await post('/session', { token: tokenOf('ada') }, headers)
    expect(errorAnswer.parse(missing.json()).details).toEqual([{ field: 'state', message: 'is required' }])
    const nonsense = await post('/session', { token: 'x', state: '1.https://evil.example.x' }, FROM_PROVIDER)
    expect(nonsense.body).not.toContain('evil')
  })

  test('holds a bounded number of tokens, and few of one person', async () => {
    const page = { ...FROM_PROVIDER, accept: 'application/json' }
    const keep = (user: string) => post('/session', { token: tokenOf(user), state: 'x' }, page)
    for (let at = 0; at < 1_100; at += 1) {
      expect((await keep('eve')).statusCode).toBe(200)
    }
    const statuses = await Promise.all(Array.from({ length: 1_100 }, (_, at) => keep(`user-${at}`)))
    expect(statuses.filter(({ statusCode }) => statusCode === 200)).toHaveLength(996)
    expect(statuses.filter(({ statusCode }) => statusCode === 503)).toHaveLength(104)
  })
})
