import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Site } from '#http/contract/http-deps.ts'
import { html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { SIGN_IN_SCRIPT } from './console-assets.ts'
import { consolePage } from './console-page.ts'
import { CONSOLE, withQuery } from './console-paths.ts'
import { EMPTY_FORM, formOf, noticeOf } from './form.ts'
import { outsideFrame } from './outside-frame.ts'
import { sendConsolePage } from './send-console-page.ts'

/** `wrong`: unknown, ended or removed, which nobody is told. `wait`: too many of these. */
export type SignInNotice = 'ended' | 'signed-out' | 'wrong' | 'wait'

/** Whoever types a code needs no script; whoever scanned one has one button left to press. */
export function signInPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { site, next, notice }: { site: Pick<Site, 'name' | 'timeZone'>; next: string | null; notice: SignInNotice | null },
): FastifyReply {
  const frame = outsideFrame(request, site, withQuery(CONSOLE.signIn, { next }))
  const { signIn } = frame.words
  const form = formOf(
    {
      ...{ id: 'sign-in', action: CONSOLE.signIn, submit: signIn.signIn, state: EMPTY_FORM },
      hidden: next === null ? {} : { next },
      fields: [
        {
          ...{ kind: 'text', name: 'code', label: signIn.code, hint: signIn.codeHint, maxLength: 100 },
          ...{ autocomplete: 'current-password', isRequired: true },
        },
      ],
    },
    frame.words,
  )
  const scanned = html`<p class="notice info" id="scanned" hidden>${signIn.scanned}</p>`
  const content = html`${said(notice, frame.words)}${scanned}<div class="card inside">${form}</div><script src="${SIGN_IN_SCRIPT.path}" defer></script>`
  return sendConsolePage(reply, consolePage({ frame, title: signIn.title, place: null, content, stream: null }))
}

function said(notice: SignInNotice | null, { signIn }: ConsoleWords) {
  switch (notice) {
    case null:
      return null
    case 'ended':
      return noticeOf('info', signIn.ended)
    case 'signed-out':
      return noticeOf('good', signIn.signedOut)
    case 'wrong':
      return noticeOf('bad', signIn.wrong)
    case 'wait':
      return noticeOf('bad', signIn.wait)
  }
}
