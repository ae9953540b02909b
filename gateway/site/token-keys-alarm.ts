import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import type { AlarmBook } from '#store/alarm-book.ts'

const KIND = 'token-keys-unusable'

/** Raised when a file of token keys can't be used, cleared when all can: the old keys are in use meanwhile. */
export class TokenKeysAlarm {
  readonly #alarms: Pick<AlarmBook, 'raise' | 'clear'>
  /** What is wrong, '' for nothing. Null until the first look: one that a former process raised may still stand. */
  #wrong: string | null = null

  constructor(alarms: Pick<AlarmBook, 'raise' | 'clear'>) {
    this.#alarms = alarms
  }

  async look(tokens: Pick<TokenVerifier, 'status'>, nowMs: number): Promise<void> {
    const issuers = await tokens.status()
    const wrong = issuers
      .flatMap(({ issuer, problem }) => (problem === null ? [] : [`The file of token keys of ${issuer} ${problem}`]))
      .join('. ')
    if (wrong === this.#wrong) return
    if (wrong === '') await this.#alarms.clear(KIND, null, nowMs)
    else {
      const advice = `${wrong}: the old keys stay in use, put a whole file there.`
      await this.#alarms.raise({ kind: KIND, lockId: null, severity: 'warning', about: null, advice }, nowMs)
    }
    this.#wrong = wrong
  }
}
