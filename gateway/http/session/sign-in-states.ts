import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { parseTempKeyUuid, type TempKeyUuid } from '#protocol/ids.ts'

/** How long a person may take at the identity provider. */
export const SIGN_IN_MAX_S = 900
const BINDING = /^[\w-]{22}$/

export const newBinding = (): string => randomBytes(16).toString('base64url')
export const isBinding = (text: string | undefined): text is string => text !== undefined && BINDING.test(text)

/**
 * What a browser takes along to the identity provider and back: which key it came from and until when, sealed together
 * with a secret that only this browser has, as a cookie. A stranger can neither make one nor use another's, and the
 * gateway keeps nothing, however many pages offer a sign-in. Good once: the cookie goes when the sign-in is done.
 */
export class SignInStates {
  readonly #secret = randomBytes(32)

  make(uuid: TempKeyUuid, binding: string, nowMs: number): string {
    const untilS = Math.floor(nowMs / 1_000) + SIGN_IN_MAX_S
    return `${untilS}.${uuid}.${this.#seal(untilS, uuid, binding)}`
  }

  /** The key that this browser came from; null when it was another browser, or long ago, or another gateway. */
  check(state: string, binding: string, nowMs: number): TempKeyUuid | null {
    const { untilS, uuid, seal } = partsOf(state)
    if (uuid === null || !(untilS * 1_000 > nowMs)) return null
    const expected = Buffer.from(this.#seal(untilS, uuid, binding))
    const given = Buffer.from(seal)
    return given.length === expected.length && timingSafeEqual(given, expected) ? uuid : null
  }

  #seal(untilS: number, uuid: TempKeyUuid, binding: string): string {
    return createHmac('sha256', this.#secret).update(`${untilS} ${uuid} ${binding}`).digest('base64url')
  }
}

/** Where a state says that it comes from: good for a way back, and for nothing else before it was checked. */
export const claimedKeyOf = (state: string): TempKeyUuid | null => partsOf(state).uuid

/** OpenID Connect ties the token itself to this sign-in; a provider that does not know it leaves it out. */
export const nonceOf = (state: string): string => hash('sha256', state, 'base64url')

function partsOf(state: string) {
  const [until = '', uuid = '', seal = ''] = state.split('.')
  return { untilS: /^\d{1,12}$/.test(until) ? Number(until) : Number.NaN, uuid: parseTempKeyUuid(uuid), seal }
}
