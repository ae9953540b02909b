import { decodeJwt, UnsecuredJWT } from 'jose'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import { parseUserId } from '#protocol/ids.ts'
import { NOW_MS, present } from '#test/http/support/route-samples.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'

export const NOW_S = NOW_MS / 1_000
export const PUBLIC_URL = 'https://keys.example.org'
export const PROVIDER = 'https://identity.example'
export const PAGE = 'text/html,application/xhtml+xml,*/*;q=0.8'
export const FORM = { accept: PAGE, 'content-type': 'application/x-www-form-urlencoded', host: 'keys.example.org' }
export const FROM_PROVIDER = { ...FORM, 'sec-fetch-site': 'cross-site', origin: PROVIDER }
export const FROM_OURS = { ...FORM, 'sec-fetch-site': 'same-origin', origin: PUBLIC_URL }

/** Believes every token that has not ended: how tokens are verified has its own tests. */
const verifier = (site: () => RouteSite): TokenVerifier => ({
  verify: async (token) => {
    try {
      const { sub = '', exp = 0 } = decodeJwt(token)
      const userId = parseUserId(sub)
      return userId === null || exp * 1_000 <= site().clock.nowMs() ? null : { kind: 'user', userId }
    } catch {
      return null
    }
  },
  verifyCaller: async () => null,
  status: () => Promise.reject(new Error('nobody asks how its keys are')),
  close: () => {},
})
export const tokenOf = (sub: string, claims: object = {}): string =>
  new UnsecuredJWT({ sub, exp: NOW_S + 7_200, ...claims }).encode()

/** A browser's jar of cookies for our host. */
export class Jar {
  readonly cookies = new Map<string, string>()

  get header(): Record<string, string> {
    const pairs = [...this.cookies].map(([name, value]) => `${name}=${value}`)
    return pairs.length === 0 ? {} : { cookie: pairs.join('; ') }
  }
  keep(setCookies: readonly string[]): void {
    for (const line of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/Max-Age=0|Expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
  }
}
export const setCookiesOf = (headers: Record<string, unknown>): string[] =>
  [headers['set-cookie'] ?? []].flat().map(String)
export const headline = (page: string): string => /<h1 [^>]*>(.*?)<\/h1>/.exec(page)?.[1] ?? ''
export const plain = (escaped: string): string =>
  escaped.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
export const hidden = (page: string, name: string): string =>
  plain(new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '')
export const linkOn = (page: string): URL | null =>
  URL.parse(plain(/<a class="big" href="([^"]*)"/.exec(page)?.[1] ?? ''))

/** A site whose people sign in at `PROVIDER`. */
export async function startSignInSite(options: Parameters<typeof startRouteSite>[0] = {}): Promise<RouteSite> {
  const signIn = { loginUrl: `${PROVIDER}/login?client_id=latchkey` }
  const site: RouteSite = await startRouteSite({
    ...{ tokens: verifier(() => site), signIn, publicUrl: PUBLIC_URL },
    ...options,
  })
  return site
}

export const keyOf = (site: RouteSite, ...users: string[]): TempKey =>
  site.addKey({ accessMode: 'user-whitelist', allowedUserIds: users.map((user) => present(parseUserId(user))) })

/** What a browser asks of a site: pages, forms, and the way through a sign-in. */
export function browserOf(site: () => RouteSite) {
  async function look(url: string, jar = new Jar(), headers: Record<string, string> = {}) {
    const answer = await site().app.inject({
      url,
      headers: { accept: PAGE, host: 'keys.example.org', ...jar.header, ...headers },
    })
    jar.keep(setCookiesOf(answer.headers))
    return answer
  }
  async function post(
    url: string,
    fields: Record<string, string>,
    headers: Record<string, string>,
    jar: Jar | null = null,
  ) {
    const payload = new URLSearchParams(fields).toString()
    const answer = await site().app.inject({ method: 'POST', url, payload, headers: { ...headers, ...jar?.header } })
    jar?.keep(setCookiesOf(answer.headers))
    return answer
  }

  /** What a browser does between the key's page and the same page, signed in. */
  async function signIn(key: TempKey, token: string, jar = new Jar()) {
    const page = await look(`/temp-keys/${key.uuid}`, jar)
    const state = linkOn(page.body)?.searchParams.get('state') ?? ''
    const handOver = await post('/session', { token, state }, FROM_PROVIDER)
    const fields = { handle: hidden(handOver.body, 'handle'), state: hidden(handOver.body, 'state') }
    const finished = await post('/session/finish', fields, FROM_OURS, jar)
    return { jar, state, handOver, fields, finished }
  }
  return { look, post, signIn }
}
