import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'

/** Ours, or a trusted proxy's. */
export const isTls = (request: FastifyRequest): boolean =>
  request.raw.socket instanceof TLSSocket || request.protocol === 'https'
