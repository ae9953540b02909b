import { Transform } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { principalLabel } from '#domain/access/principal.ts'
import type { Refuse } from '#http/contract/refuse.ts'

/** So many at once are being read, of all callers together: each may hold some megabytes until its last byte has come. */
const LARGE_AT_ONCE = 16
/** Of one caller: who sends slowly stands in his own way, and not in others'. */
const LARGE_OF_ONE_AT_ONCE = 4

/** Chunks that turn out to be a long body for which there is no place. */
export class TooManyLargeBodies extends Error {}

/**
 * Bodies that are longer than those of most routes take a bounded share of the memory. A place is held while the body is
 * being read, and no longer; a short body needs none, in whatever coding it comes.
 *
 * @param usualMaxBytes how long a body may be that needs no place
 */
export function limitLargeBodies(app: FastifyInstance, refuse: Refuse, usualMaxBytes: number): void {
  const places = new Places()
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { headers, routeOptions, caller } = request
    if (routeOptions.bodyLimit <= usualMaxBytes) return done(null, payload)
    const who = caller === null ? null : principalLabel(caller.principal)
    const take = (): boolean => {
      // Who hung up while his credential was looked at sends no more, and nothing would give the place back.
      if (payload.destroyed) return true
      const giveBack = places.take(who)
      if (giveBack === null) return false
      payload.once('end', giveBack).once('close', giveBack)
      // A body that is refused unread never ends.
      reply.raw.once('close', giveBack)
      return true
    }
    if (headers['transfer-encoding'] === undefined) {
      const isLong = Number(headers['content-length'] ?? 0) > usualMaxBytes
      return isLong && !take() ? refuse(reply, { reason: 'overloaded' }) : done(null, payload)
    }
    // Chunks do not say how long they will be together.
    let bytes = 0
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, passOn) {
        const isLongFromHere = bytes <= usualMaxBytes && bytes + chunk.length > usualMaxBytes
        bytes += chunk.length
        passOn(isLongFromHere && !take() ? new TooManyLargeBodies() : null, chunk)
      },
    })
    payload.once('error', (error) => counted.destroy(error))
    return done(null, payload.pipe(counted))
  })
}

class Places {
  readonly #of = new Map<string | null, number>()
  #inAll = 0

  /** What gives the place back, once; null when there is none. */
  take(who: string | null): (() => void) | null {
    const own = this.#of.get(who) ?? 0
    if (this.#inAll >= LARGE_AT_ONCE || own >= LARGE_OF_ONE_AT_ONCE) return null
    this.#inAll += 1
    this.#of.set(who, own + 1)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#inAll -= 1
      const left = (this.#of.get(who) ?? 1) - 1
      if (left === 0) this.#of.delete(who)
      else this.#of.set(who, left)
    }
  }
}
