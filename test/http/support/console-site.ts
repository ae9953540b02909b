import type { StaffRole } from '#domain/access/roles.ts'
import { present } from './route-samples.ts'
import { type RouteSite, startRouteSite } from './route-site.ts'

type Options = Parameters<typeof startRouteSite>[0]
type Headers = Record<string, string>

/** Headers of a browser that posts a form of a page of ours. */
export const OWN: Headers = { 'sec-fetch-site': 'same-origin', accept: 'text/html' }
export const PAGE: Headers = { accept: 'text/html' }

/** A site with a console, and people who sign in to it as browsers do. */
export async function startConsoleSite(options: Options = {}) {
  const site: RouteSite = await startRouteSite(options)
  const { app, staff } = site

  async function add(role: StaffRole, name: string = role) {
    const added = await staff.members.add({ name, role, untilMs: null }, { kind: 'owner' })
    if (added.kind !== 'added') throw new Error(added.kind)
    return added
  }

  const trySignIn = (code: string, headers: Headers = {}, more: object = {}) =>
    app.inject({ method: 'POST', url: '/console/sign-in', headers: { ...OWN, ...headers }, payload: { code, ...more } })

  /** Signs in, and answers the cookie as a browser sends it. */
  async function signIn(code: string, headers: Headers = {}): Promise<string> {
    const answer = await trySignIn(code, headers)
    if (answer.statusCode !== 303) throw new Error(`not signed in: ${answer.statusCode} ${answer.body}`)
    const { name, value } = present(answer.cookies[0])
    return `${name}=${value}`
  }

  const look = (cookie: string, url = '/console/doors', headers: Headers = {}) =>
    app.inject({ url, headers: { ...PAGE, cookie, ...headers } })

  /** The token of a page that this session sees. */
  async function formTokenOf(cookie: string): Promise<string> {
    const page = await look(cookie, '/console/doors')
    return present(/name="formToken" value="([^"]+)"/.exec(page.body)?.[1])
  }

  const post = async (cookie: string, url: string, fields: object = {}, headers: Headers = {}) =>
    app.inject({
      method: 'POST',
      ...{ url, headers: { ...OWN, cookie, ...headers } },
      payload: { formToken: await formTokenOf(cookie), ...fields },
    })

  return { ...site, add, trySignIn, signIn, look, formTokenOf, post }
}
export type ConsoleSite = Awaited<ReturnType<typeof startConsoleSite>>
