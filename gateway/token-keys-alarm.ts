import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import type { AlarmBook } from '#store/alarm-book.ts'

const KIND = 'token-keys-unusable'

/** Raised once when the file of token keys can't be used, cleared when it can: the old keys are in use meanwhile. */
export class TokenKeysAlarm {
  readonly #alarms: Pick<AlarmBook, 'raise' | 'clear'>
  /** Null until the first look: one that a former process raised may still stand. */
  #stands: boolean | null = null

  constructor(alarms: Pick<AlarmBook, 'raise' | 'clear'>) {
    this.#alarms = alarms
  }

  async look(tokens: Pick<TokenVerifier, 'status'>, nowMs: number): Promise<void> {
    const { problem } = await tokens.status()
    const stands = problem !== null
    if (stands === this.#stands) return
    if (stands) {
      const advice = `The file of token keys ${problem}: the old keys stay in use, put a whole file there.`
      await this.#alarms.raise({ kind: KIND, lockId: null, severity: 'warning', about: null, advice }, nowMs)
    } else await this.#alarms.clear(KIND, null, nowMs)
    this.#stands = stands
  }
}
