import type { FastifyReply } from 'fastify'
import { rememberLanguage } from '#http/words/languages.ts'
import type { Html } from './html.ts'
import { PAGE_CSP } from './layout.ts'

export function setPageHeaders(reply: FastifyReply): FastifyReply {
  rememberLanguage(reply.request, reply)
  return reply
    .type('text/html; charset=utf-8')
    .header('Content-Security-Policy', PAGE_CSP)
    .header('Vary', 'Accept, Accept-Encoding, Accept-Language, Cookie')
}

export const sendPage = (reply: FastifyReply, page: Html): FastifyReply => setPageHeaders(reply).send(page.toString())
