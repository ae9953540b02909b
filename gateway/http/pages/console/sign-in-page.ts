import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Site } from '#http/contract/http-deps.ts'
import { Html, html } from '#http/pages/shared/html.ts'
import { SIGN_IN_SCRIPT } from './sign-in-script.ts'

/** `wrong`: unknown, ended or removed, which nobody is told. `wait`: too many of these. */
export type SignInNotice = 'ended' | 'signed-out' | 'wrong' | 'wait'

const NOTICES: Readonly<Record<SignInNotice, string>> = {
  ended: 'Your session has ended. Please sign in again.',
  'signed-out': 'You are signed out.',
  wrong: 'This code is not good, or not any more.',
  wait: 'Too many codes were tried from here. Please wait a minute.',
}

const CSP = `default-src 'none'; script-src 'sha256-${hash('sha256', SIGN_IN_SCRIPT, 'base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

export function signInPage(
  _request: FastifyRequest,
  reply: FastifyReply,
  { site, next, notice }: { site: Pick<Site, 'name'>; next: string | null; notice: SignInNotice | null },
): FastifyReply {
  const said = notice === null ? null : html`<p role="alert">${NOTICES[notice]}</p>`
  const back = next === null ? null : html`<input type="hidden" name="next" value="${next}">`
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in – ${site.name}</title><link rel="icon" href="data:,"></head>
<body><main><h1>${site.name}</h1>${said}
<form id="sign-in" method="post" action="/console/sign-in">${back}<label>Access code <input name="code" autocomplete="current-password" autocapitalize="characters" spellcheck="false" maxlength="40" required></label><button type="submit">Sign in</button></form>
</main><script>${new Html(SIGN_IN_SCRIPT)}</script></body>
</html>
`
  return reply.type('text/html; charset=utf-8').header('Content-Security-Policy', CSP).send(page.toString())
}
