import type { FastifyRequest } from 'fastify'
import { parseTempKeyUuid, type TempKeyUuid } from '#protocol/ids.ts'

/** The key that a URL is about: from each path below a key, served or not. */
export function keyInUrl(request: FastifyRequest): TempKeyUuid | null {
  const [, first, second] = (request.raw.url ?? '').split(/[/?#]/, 3)
  return first === 'temp-keys' && second !== undefined ? parseTempKeyUuid(second) : null
}
