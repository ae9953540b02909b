import { randomBytes } from 'node:crypto'
import type { Clock } from '#domain/time/clock.ts'
import type { UserId } from '#protocol/ids.ts'

/** How long the hand-over page may take to post its handle back, by its script or a press on its button. */
const HANDLE_MAX_MS = 120_000
const HANDLES_MAX = 1_000
/** One person with a token can't crowd out the others. */
const HANDLES_MAX_EACH = 4

export interface HeldToken {
  readonly token: string
  readonly state: string
  readonly userId: UserId
  /** Posted by a page that withheld its origin: only a nonce says that the token was made for this sign-in. */
  readonly needsNonce: boolean
}

/**
 * Verified tokens on their way from the identity provider's post, which brings no cookie, to our own page's post, which
 * does. Each is given back once, soon or never.
 */
export class TokenHandles {
  readonly #held = new Map<string, HeldToken & { readonly untilMs: number }>()
  readonly #clock: Pick<Clock, 'monotonicMs'>

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  /** Null when too many are on their way. */
  keep(held: HeldToken): string | null {
    const nowMs = this.#clock.monotonicMs()
    for (const [handle, { untilMs }] of this.#held) if (untilMs <= nowMs) this.#held.delete(handle)
    const own = [...this.#held].filter(([, { userId }]) => userId === held.userId)
    for (const [handle] of own.slice(0, Math.max(0, own.length - HANDLES_MAX_EACH + 1))) this.#held.delete(handle)
    if (this.#held.size >= HANDLES_MAX) return null
    const handle = randomBytes(16).toString('base64url')
    this.#held.set(handle, { ...held, untilMs: nowMs + HANDLE_MAX_MS })
    return handle
  }

  take(handle: string): HeldToken | null {
    const held = this.#held.get(handle)
    this.#held.delete(handle)
    return held !== undefined && held.untilMs > this.#clock.monotonicMs() ? held : null
  }
}
