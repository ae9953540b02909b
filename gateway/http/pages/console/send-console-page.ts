import type { FastifyReply } from 'fastify'
import type { Html } from '#http/pages/shared/html.ts'
import { rememberLanguage } from '#http/words/languages.ts'

/** Style and script are files of our own; nothing is inline, and nothing comes from elsewhere. */
export const CONSOLE_CSP = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  // Shapes in the style sheet.
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function setConsoleHeaders(reply: FastifyReply): FastifyReply {
  rememberLanguage(reply.request, reply)
  return reply
    .type('text/html; charset=utf-8')
    .header('Content-Security-Policy', CONSOLE_CSP)
    .header('Vary', 'Accept, Accept-Encoding, Accept-Language, Cookie')
}

export const sendConsolePage = (reply: FastifyReply, page: Html): FastifyReply =>
  setConsoleHeaders(reply).send(page.toString())
