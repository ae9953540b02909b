import type { FastifyReply } from 'fastify'
import type { Html } from './html.ts'
import { PAGE_CSP } from './layout.ts'

export const setPageHeaders = (reply: FastifyReply): FastifyReply =>
  reply
    .type('text/html; charset=utf-8')
    .header('Content-Security-Policy', PAGE_CSP)
    .header('Vary', 'Accept, Accept-Language, Cookie')

export const sendPage = (reply: FastifyReply, page: Html): FastifyReply => setPageHeaders(reply).send(page.toString())
