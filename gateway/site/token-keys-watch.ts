import type { AlarmKind } from '#domain/alarms/alarm-kinds.ts'
import type { Alarms } from '#domain/alarms/alarms.ts'
import { seenAdvice } from '#domain/alarms/seen-advice.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import { areStale } from './token-keys-readiness.ts'

type Kind = Extract<AlarmKind, `token-keys-${string}`>
type Status = Awaited<ReturnType<TokenVerifier['status']>>[number]

/**
 * Raises an alarm when a file of token keys can't be used, and another when an issuer's keys were not refreshed for long;
 * each ends when it is so of no issuer. The old keys are in use meanwhile.
 */
export class TokenKeysWatch {
  readonly #alarms: Pick<Alarms, 'raise' | 'clear'>
  readonly #clock: Pick<Clock, 'nowMs'>
  /** What was told of each kind, '' for nothing. Absent until the first look: an alarm that a former process raised may still stand. */
  readonly #told = new Map<Kind, string>()

  constructor(alarms: Pick<Alarms, 'raise' | 'clear'>, clock: Pick<Clock, 'nowMs'>) {
    this.#alarms = alarms
    this.#clock = clock
  }

  /** @param tokens null when the config names no issuer any more */
  async look(tokens: Pick<TokenVerifier, 'status'> | null): Promise<void> {
    const issuers = (await tokens?.status()) ?? []
    const wrong = issuers.flatMap(({ issuer, problem }) =>
      problem === null ? [] : [`The file of token keys of ${issuer} ${problem}`],
    )
    await this.#tell('token-keys-unusable', wrong, (files) => seenAdvice('keys-unusable', { files }))
    const nowMs = this.#clock.nowMs()
    const stale = issuers.flatMap((status: Status) =>
      areStale(status, nowMs) ? [`The token keys of ${status.issuer} were not refreshed for 24 hours`] : [],
    )
    await this.#tell('token-keys-stale', stale, (issuers) => seenAdvice('keys-stale', { issuers }))
  }

  async #tell(kind: Kind, sentences: readonly string[], adviceOn: (told: string) => string): Promise<void> {
    const told = sentences.join('. ')
    if (told === this.#told.get(kind)) return
    if (told === '') await this.#alarms.clear(kind, null)
    else {
      const seen = { kind, lockId: null, about: null, advice: adviceOn(told), weight: sentences.length }
      // An alarm that could not be raised now is tried again at the next look.
      if (!(await this.#alarms.raise(seen))) return
    }
    this.#told.set(kind, told)
  }
}
