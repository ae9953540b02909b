import type { FastifyReply } from 'fastify'
import { html } from '#http/pages/shared/html.ts'

/** A page that asks for itself once more: what a page of ours asks for brings the session's cookie along. */
export const redirectToItself = (reply: FastifyReply, path: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(
    html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${path}"><title>…</title></head>
<body><a href="${path}">${path}</a></body>
</html>
`.toString(),
  )
