const HOME = '/console'
const OUTSIDE = /^\/console\/(?:sign-in|sign-out)(?:[/?#]|$)/

/** Where somebody wanted to go before signing in: a page of the console, or its first one. Never another site: only path and query are kept. */
export function returnPathOf(wanted: string | null | undefined): string {
  if (wanted === null || wanted === undefined) return HOME
  const url = URL.parse(wanted, 'http://console.invalid')
  if (url === null || !/^\/console(?:\/|$)/.test(url.pathname) || OUTSIDE.test(url.pathname)) return HOME
  return `${url.pathname}${url.search}`
}

/** `ended`: the session that the browser had is over. */
export type WhySignIn = 'ended' | 'signed-out'

export function signInHref({ next, why }: { readonly next: string | null; readonly why: WhySignIn | null }): string {
  const path = returnPathOf(next)
  const query = new URLSearchParams({ ...(path !== HOME && { next: path }), ...(why !== null && { why }) })
  return query.size === 0 ? '/console/sign-in' : `/console/sign-in?${query}`
}
