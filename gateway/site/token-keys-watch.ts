import type { Alarms } from '#domain/alarms/alarms.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'

const KIND = 'token-keys-unusable'

/** Raises an alarm when a file of token keys can't be used, and clears it when all can: the old keys are in use meanwhile. */
export class TokenKeysWatch {
  readonly #alarms: Pick<Alarms, 'raise' | 'clear'>
  /** What is wrong, '' for nothing. Null until the first look: an alarm that a former process raised may still stand. */
  #wrong: string | null = null

  constructor(alarms: Pick<Alarms, 'raise' | 'clear'>) {
    this.#alarms = alarms
  }

  async look(tokens: Pick<TokenVerifier, 'status'>): Promise<void> {
    const issuers = await tokens.status()
    const wrong = issuers
      .flatMap(({ issuer, problem }) => (problem === null ? [] : [`The file of token keys of ${issuer} ${problem}`]))
      .join('. ')
    if (wrong === this.#wrong) return
    if (wrong === '') await this.#alarms.clear(KIND, null)
    else {
      const advice = `${wrong}: the old keys stay in use, put a whole file there.`
      // An alarm that could not be raised now is tried again at the next look.
      if (!(await this.#alarms.raise({ kind: KIND, lockId: null, about: null, advice }))) return
    }
    this.#wrong = wrong
  }
}
